using System.Security.Cryptography;

namespace ModernSip.Platform;

/// <summary>The one source of randomness: tags, branches, Call-IDs, cnonces, jitter.</summary>
public abstract class SipRandom
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuv";

    /// <summary>The operating system's cryptographic generator; identifiers made from it cannot be guessed.</summary>
    public static SipRandom Secure { get; } = new SecureRandom();

    /// <summary>Fills a buffer with random octets. Safe to call from any thread.</summary>
    /// <param name="destination">The buffer to fill.</param>
    public abstract void Fill(Span<byte> destination);

    /// <summary>A random number in [0, 1).</summary>
    public double NextDouble()
    {
        Span<byte> octets = stackalloc byte[8];
        Fill(octets);
        return (BitConverter.ToUInt64(octets) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Writes random characters that are legal in any SIP token; each carries 5 bits.</summary>
    /// <param name="destination">Receives one ASCII character per octet.</param>
    public void FillToken(Span<byte> destination)
    {
        Fill(destination);
        foreach (ref var octet in destination) octet = (byte)Alphabet[octet & 31];
    }

    /// <summary>A random token of <paramref name="length"/> characters; each carries 5 bits.</summary>
    /// <param name="length">The number of characters.</param>
    public string NextToken(int length) =>
        string.Create(length, this, static (characters, random) =>
        {
            Span<byte> octets = stackalloc byte[64];
            for (var done = 0; done < characters.Length;)
            {
                var part = octets[..Math.Min(64, characters.Length - done)];
                random.FillToken(part);
                foreach (var octet in part) characters[done++] = (char)octet;
            }
        });

    private sealed class SecureRandom : SipRandom
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
