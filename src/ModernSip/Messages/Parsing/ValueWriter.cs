using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>Builds the octets of a value. Refuses what would end the line: the last guard against injected header fields.</summary>
internal ref struct ValueWriter(Span<byte> initial)
{
    // Backslash and quote must be escaped in a quoted string; control characters may stand there only escaped (RFC 3261 §25.1).
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create(string.Concat("\"\\\u007F", string.Concat(Enumerable.Range(1, 31).Select(static code => (char)code).Except(['\t', '\r', '\n']))));

    private Span<byte> _buffer = initial;
    private byte[]? _rented;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public void Raw(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Reserve(octets.Length));
        _length += octets.Length;
    }

    public void Octet(char octet)
    {
        Reserve(1)[0] = (byte)octet;
        _length++;
    }

    public void Text(ReadOnlySpan<char> text)
    {
        if (Grammar.BreaksLine(text)) throw new ArgumentException("A header value cannot hold CR, LF or NUL.", nameof(text));
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, room);
    }

    /// <summary>An octet as the percent escape of a URI.</summary>
    public void Escape(byte octet)
    {
        var room = Reserve(3);
        room[0] = (byte)'%';
        room[1] = "0123456789ABCDEF"u8[octet >> 4];
        room[2] = "0123456789ABCDEF"u8[octet & 15];
        _length += 3;
    }

    public void Number(long number)
    {
        var room = Reserve(20);
        number.TryFormat(room, out var written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>An address as a parameter's value: that of IPv6 stands without brackets (RFC 3261 §25.1).</summary>
    public void Address(IPAddress address)
    {
        address.TryFormat(Reserve(64), out var written);
        _length += written;
    }

    /// <summary>Writes a quoted string, escaping what must be (RFC 3261 §25.1).</summary>
    public void Quoted(ReadOnlySpan<char> text)
    {
        Octet('"');
        var rest = text;
        for (var special = rest.IndexOfAny(Escaped); special >= 0; special = rest.IndexOfAny(Escaped))
        {
            Text(rest[..special]);
            Octet('\\');
            Octet(rest[special]);
            rest = rest[(special + 1)..];
        }

        Text(rest);
        Octet('"');
    }

    /// <summary>Ends the writing and gives the octets in an array of exactly their size.</summary>
    public Octets ToOctets()
    {
        var octets = Octets.Of(Written);
        Dispose();
        return octets;
    }

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length >= size) return _buffer[_length..];
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
        Written.CopyTo(larger);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
        _buffer = larger;
        return _buffer[_length..];
    }
}
