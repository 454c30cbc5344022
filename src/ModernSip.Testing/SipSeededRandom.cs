using System.Buffers.Binary;
using ModernSip.Platform;

namespace ModernSip.Testing;

/// <summary>Randomness that is the same for the same seed, on every machine and in every version of .NET.</summary>
/// <remarks>The generator is SplitMix64: not secure, and for tests only. Two threads that draw at once share one sequence in an order that depends on their timing.</remarks>
/// <param name="seed">Any number.</param>
public sealed class SipSeededRandom(ulong seed) : SipRandom
{
    private ulong _state = seed;

    /// <inheritdoc/>
    public override void Fill(Span<byte> destination)
    {
        Span<byte> octets = stackalloc byte[8];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(octets, Next());
            var part = Math.Min(8, destination.Length);
            octets[..part].CopyTo(destination);
            destination = destination[part..];
        }
    }

    /// <summary>A new generator whose sequence follows from the next draw of this one; what is drawn there leaves this one as it is.</summary>
    public SipSeededRandom Fork() => new(Next() ^ 0x5DEECE66DUL);

    private ulong Next()
    {
        var mixed = Interlocked.Add(ref _state, 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
