using System.Text;
using ModernSip.Authentication;

namespace ModernSip.Tests.Authentication;

public sealed class Sha512Slash256Tests
{
    // NIST's examples for SHA-512/256 (FIPS 180-4): empty, one block, two blocks.
    [Theory]
    [InlineData("", "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a")]
    [InlineData("abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a")]
    public void HashData_NistExample_GivesItsHash(string text, string expected) => Hash(Encoding.ASCII.GetBytes(text)).Should().Be(expected);

    [Fact]
    public void HashData_AMillionLetters_GivesNistsHash()
    {
        var letters = new byte[1_000_000];
        letters.AsSpan().Fill((byte)'a');
        Hash(letters).Should().Be("9a59a052930187a97038cae692f30708aa6491923ef5194394dc68d56c74fb21");
    }

    [Fact]
    public void HashData_EveryLengthAroundTheBlockSizes_AgreesWithAnotherImplementation()
    {
        // The hash of the hashes of 0, 1, … 399 octets that count upwards, from OpenSSL's SHA-512/256.
        var hashes = new byte[400 * Sha512Slash256.HashSize];
        for (var length = 0; length < 400; length++)
        {
            Sha512Slash256.HashData([.. Enumerable.Range(0, length).Select(static i => (byte)i)], hashes.AsSpan(length * Sha512Slash256.HashSize));
        }

        Hash(hashes).Should().Be("f7abb50a61b18e50db58402819bea0713c18aab6d1b315923949147a977285ea");
    }

    private static string Hash(byte[] octets)
    {
        var hash = new byte[Sha512Slash256.HashSize];
        Sha512Slash256.HashData(octets, hash);
        return Convert.ToHexStringLower(hash);
    }
}
