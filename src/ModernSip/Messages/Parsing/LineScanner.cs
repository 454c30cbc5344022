using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModernSip.Messages.Parsing;

/// <summary>Steps through the lines of a header section: where each ends, and where its first colon stands. Most lines take one look at 64 octets.</summary>
/// <param name="octets">The octets, which may go on behind the section.</param>
/// <param name="start">Where the first line begins.</param>
/// <param name="length">Where the section ends, and with it a line.</param>
internal ref struct LineScanner(ReadOnlySpan<byte> octets, int start, int length)
{
    private const int Look = 64;

    private readonly ReadOnlySpan<byte> _octets = octets;
    private readonly int _length = length;

    /// <summary>Where the line begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where its CR stands; of a broken line, the CR or LF that breaks it.</summary>
    public int End { get; private set; }

    /// <summary>Where its first colon stands; -1 where there is none.</summary>
    public int Colon { get; private set; }

    /// <summary>Where the next line begins.</summary>
    public int Next { get; private set; } = start;

    /// <summary>Whether a CR or LF stands alone in the line: it ends a line for some readers and not for others, and nothing behind it is read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Takes one step; false at the end of the section.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that all of this stays in registers: half the time
    public bool MoveNext()
    {
        Start = Next;
        if (Start >= _length || IsBroken) return false;
        var line = _octets[Start..];
        int end, colon;
        if (line.Length >= Look)
        {
            var look = Vector512.Create(line);
            var ends = Vector512.Equals(look, Vector512.Create((byte)'\r')) | Vector512.Equals(look, Vector512.Create((byte)'\n'));
            end = BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits());
            colon = BitOperations.TrailingZeroCount(Vector512.Equals(look, Vector512.Create((byte)':')).ExtractMostSignificantBits());
            if (end == Look) end += line[Look..].IndexOfAny((byte)'\r', (byte)'\n');
            if (colon >= end) colon = -1;
            else if (colon == Look) colon = line[..end].IndexOf((byte)':');
        }
        else
        {
            end = line.IndexOfAny((byte)'\r', (byte)'\n');
            colon = line[..end].IndexOf((byte)':');
        }

        End = Start + end;
        Colon = colon < 0 ? -1 : Start + colon;
        Next = End + 2;
        IsBroken = line[end] != '\r' || Next > _length || line[end + 1] != '\n';
        return true;
    }
}
