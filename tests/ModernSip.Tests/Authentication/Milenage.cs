using System.Security.Cryptography;
using ModernSip.Authentication;

namespace ModernSip.Tests.Authentication;

/// <summary>The example algorithm of 3GPP TS 35.206, as a SIM card runs it.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1832", Justification = "It is to be read beside the specification.")]
internal sealed class Milenage(byte[] key, byte[] operatorVariant) : ISipAkaIdentity
{
    /// <summary>The sequence number of the last challenge; one that is not higher asks to synchronise.</summary>
    public ulong Sequence { get; set; }

    public SipAkaAnswer? Answer(ReadOnlySpan<byte> random, ReadOnlySpan<byte> networkProof)
    {
        var (rand, autn) = (random.ToArray(), networkProof.ToArray());
        var second = Block(rand, 0, 1);
        var sequence = Xor(autn[..6], second[..6]);
        if (!Authenticate(rand, sequence, autn[6..8]).Mac.SequenceEqual(autn[8..])) return null;
        var number = sequence.Aggregate(0UL, static (sum, octet) => (sum << 8) | octet);
        if (number <= Sequence)
        {
            var own = BitConverter.GetBytes(Sequence).Take(6).Reverse().ToArray();
            return SipAkaAnswer.Synchronize((byte[])[.. Xor(own, Block(rand, 96, 8)[..6]), .. Authenticate(rand, own, [0, 0]).Resynchronization]);
        }

        Sequence = number;
        return SipAkaAnswer.Accept(second[8..], Block(rand, 32, 2), Block(rand, 64, 4));
    }

    public byte[] F2(byte[] rand) => Block(rand, 0, 1)[8..];

    public byte[] F3(byte[] rand) => Block(rand, 32, 2);

    public byte[] F4(byte[] rand) => Block(rand, 64, 4);

    public byte[] F5(byte[] rand) => Block(rand, 0, 1)[..6];

    public (byte[] Mac, byte[] Resynchronization) Authenticate(byte[] rand, byte[] sequence, byte[] field)
    {
        byte[] half = [.. sequence, .. field];
        var rotated = Rotate(Xor([.. half, .. half], operatorVariant), 64);
        var output = Xor(Encrypt(Xor(Encrypt(Xor(rand, operatorVariant)), rotated)), operatorVariant);
        return (output[..8], output[8..]);
    }

    private byte[] Block(byte[] rand, int rotation, byte constant)
    {
        var input = Rotate(Xor(Encrypt(Xor(rand, operatorVariant)), operatorVariant), rotation);
        input[15] ^= constant;
        return Xor(Encrypt(input), operatorVariant);
    }

    private byte[] Encrypt(byte[] block)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptEcb(block, PaddingMode.None);
    }

    private static byte[] Rotate(byte[] block, int bits) => [.. block[(bits / 8)..], .. block[..(bits / 8)]];

    private static byte[] Xor(byte[] a, byte[] b) => [.. a.Zip(b, static (x, y) => (byte)(x ^ y))];
}
