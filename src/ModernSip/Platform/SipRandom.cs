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

    /// <summary>Asks the system for more than is wanted and keeps the rest: each question costs as much as the parse of a message.</summary>
    private sealed class SecureRandom : SipRandom
    {
        private readonly Lock _lock = new();
        private readonly byte[] _kept = new byte[1024];
        private int _left;

        public override void Fill(Span<byte> destination)
        {
            if (destination.Length > 64)
            {
                RandomNumberGenerator.Fill(destination);
                return;
            }

            lock (_lock) // shards and applications ask at any time, and no octet may be given to two of them
            {
                if (_left < destination.Length)
                {
                    RandomNumberGenerator.Fill(_kept);
                    _left = _kept.Length;
                }

                _left -= destination.Length;
                var taken = _kept.AsSpan(_left, destination.Length);
                taken.CopyTo(destination);
                taken.Clear(); // nobody finds later in memory what was handed out
            }
        }
    }
}
