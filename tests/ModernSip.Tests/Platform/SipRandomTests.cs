using ModernSip.Platform;

namespace ModernSip.Tests.Platform;

public sealed class SipRandomTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(65)]
    public async Task Secure_AskedByManyThreads_GivesNothingTwice(int length)
    {
        const int Threads = 4;
        const int Each = 2_000;
        var given = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => Enumerable.Range(0, Each).Select(_ => Draw(length)).ToList())));

        // Zeros would be what nobody has drawn.
        given.SelectMany(static texts => texts).Should().OnlyHaveUniqueItems().And.NotContain(new string('0', 2 * length));
    }

    [Fact]
    public void Secure_FillsEveryOctet()
    {
        var seen = new byte[40];
        for (var draw = 0; draw < 64; draw++)
        {
            var octets = new byte[seen.Length];
            SipRandom.Secure.Fill(octets);
            for (var index = 0; index < seen.Length; index++) seen[index] |= octets[index];
        }

        seen.Should().OnlyContain(static octet => octet == 0xff, "each bit is set in one of 64 draws");
    }

    private static string Draw(int length)
    {
        var octets = new byte[length];
        SipRandom.Secure.Fill(octets);
        return Convert.ToHexString(octets);
    }
}
