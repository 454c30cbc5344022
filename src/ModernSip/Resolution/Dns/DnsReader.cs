using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ModernSip.Resolution.Dns;

/// <summary>Reads numbers, texts and names from a DNS message. Whatever the octets are, it ends, and says whether there was something.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }

    public bool TryReadUInt16(out ushort value) => TryTake(2, out var octets) ? Set(BinaryPrimitives.ReadUInt16BigEndian(octets), out value) : Unset(out value);

    public bool TryReadUInt32(out uint value) => TryTake(4, out var octets) ? Set(BinaryPrimitives.ReadUInt32BigEndian(octets), out value) : Unset(out value);

    public bool TryTake(int length, out ReadOnlySpan<byte> octets)
    {
        octets = default;
        if (length > _message.Length - Position) return false;
        octets = _message.Slice(Position, length);
        Position += length;
        return true;
    }

    public bool TryMoveTo(int position)
    {
        if (position > _message.Length) return false;
        Position = position;
        return true;
    }

    /// <summary>Reads a text with its length before it (RFC 1035 §3.3).</summary>
    public bool TryReadText([NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!TryTake(1, out var length) || !TryTake(length[0], out var octets)) return false;
        text = Encoding.Latin1.GetString(octets);
        return true;
    }

    /// <summary>
    /// Reads a name (RFC 1035 §4.1.4). A pointer must lead further back than all that was read before it, so that a ring of pointers ends. A name that
    /// cannot stand as text, as one with a dot inside of a label, is empty: it is nobody's that SIP could mean.
    /// </summary>
    public bool TryReadName([NotNullWhen(true)] out string? name)
    {
        name = null;
        Span<char> text = stackalloc char[DnsName.MaxLength + DnsName.MaxLabel + 2];
        var (length, isPlain) = (0, true);
        var (at, lowest, end) = (Position, Position, -1);
        while (true)
        {
            if (at >= _message.Length) return false;
            var octet = _message[at];
            if (octet == 0)
            {
                Position = end < 0 ? at + 1 : end;
                name = !isPlain ? "" : length == 0 ? "." : new string(text[..length]);
                return true;
            }

            if (octet >= 0xC0)
            {
                if (at + 1 >= _message.Length) return false;
                if (end < 0) end = at + 2;
                at = BinaryPrimitives.ReadUInt16BigEndian(_message[at..]) & 0x3FFF;
                if (at >= lowest) return false;
                lowest = at;
                continue;
            }

            if (octet > DnsName.MaxLabel || at + 1 + octet > _message.Length) return false;
            if (length > 0) text[length++] = '.';
            foreach (var character in _message.Slice(at + 1, octet))
            {
                isPlain &= DnsName.IsPlain(character);
                text[length++] = char.ToLowerInvariant((char)character);
            }

            if (length > DnsName.MaxLength) return false;
            at += 1 + octet;
        }
    }

    private static bool Set<T>(T from, out T value)
    {
        value = from;
        return true;
    }

    private static bool Unset<T>(out T value)
        where T : struct
    {
        value = default;
        return false;
    }
}
