using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages.Headers;

internal enum HeaderFieldKind : byte
{
    /// <summary>A line of the received message; <see cref="HeaderField.Value"/> may cache its typed value.</summary>
    Received,

    /// <summary>A line in an array of its own, which <see cref="HeaderField.Value"/> holds.</summary>
    Line,

    /// <summary>A typed value, which <see cref="HeaderField.Value"/> holds.</summary>
    Typed,
}

/// <summary>One header field: where its line stands, or the value that was set. 16 octets, since every message has an array of them.</summary>
internal struct HeaderField
{
    /// <summary>Where the line of a received field may begin at most, so that three octets can note it.</summary>
    public const int LargestStart = (1 << 24) - 1;

    private const byte FarOffset = byte.MaxValue;
    private const byte Folded = 0x80;

    public object? Value;
    public byte Name;
    private byte _kind; // and whether it is folded
    private byte _startHigh;
    private ushort _startLow;
    private ushort _lineLength;
    private byte _valueOffset;

    public HeaderFieldKind Kind
    {
        readonly get => (HeaderFieldKind)(_kind & ~Folded);
        set => _kind = (byte)((byte)value | (_kind & Folded));
    }

    /// <summary>Whether the line goes on below (RFC 3261 §7.3.1).</summary>
    public readonly bool IsFolded => (_kind & Folded) != 0;

    public readonly int Start => (_startHigh << 16) | _startLow;

    /// <summary>The length of the line, with its folded lines and the line end.</summary>
    public readonly int LineLength => _lineLength;

    /// <summary>Makes a fresh field one of the received message.</summary>
    /// <param name="name">The index of the name, 0 for one that is not known.</param>
    /// <param name="start">Where the line begins.</param>
    /// <param name="valueOffset">Where in the line the value begins.</param>
    /// <param name="lineLength">The length of the line with its end.</param>
    public void Note(byte name, int start, int valueOffset, int lineLength)
    {
        Name = name;
        _startHigh = (byte)(start >> 16);
        _startLow = (ushort)start;
        _valueOffset = (byte)Math.Min(valueOffset, FarOffset);
        _lineLength = (ushort)lineLength;
    }

    /// <summary>Takes the next line into the field.</summary>
    public void Fold(int lineLength) => (_lineLength, _kind) = ((ushort)lineLength, (byte)(_kind | Folded));

    /// <summary>The value, out of the array that the line stands in: trimmed, and not unfolded.</summary>
    public readonly Octets ValueIn(byte[] source)
    {
        var offset = _valueOffset == FarOffset ? FindValue(source) : _valueOffset;
        var length = _lineLength - offset - "\r\n".Length;
        while (length > 0 && Grammar.IsWhitespace(source[Start + offset + length - 1])) length--;
        return new Octets(source, Start + offset, length);
    }

    /// <summary>The name as it stands in the line.</summary>
    public readonly ReadOnlySpan<byte> NameIn(byte[] source)
    {
        var line = source.AsSpan(Start, _lineLength);
        return line[..Grammar.LengthOfToken(line)];
    }

    /// <summary>The array that the line stands in.</summary>
    public readonly byte[] Source(byte[] received) => Kind == HeaderFieldKind.Line ? (byte[])Value! : received;

    /// <summary>The length of the line that <see cref="WriteTo"/> writes.</summary>
    public readonly int WrittenLength =>
        Kind == HeaderFieldKind.Typed ? SipHeaderNames.Table[Name].Prefix.Length + ((SipHeaderValue)Value!).Text.Length + "\r\n".Length : _lineLength;

    /// <summary>Writes the line and returns its length.</summary>
    public readonly int WriteTo(Span<byte> destination, byte[] received)
    {
        if (Kind != HeaderFieldKind.Typed)
        {
            Source(received).AsSpan(Start, _lineLength).CopyTo(destination);
            return _lineLength;
        }

        ReadOnlySpan<byte> prefix = SipHeaderNames.Table[Name].Prefix;
        var value = ((SipHeaderValue)Value!).Text.Span;
        prefix.CopyTo(destination);
        value.CopyTo(destination[prefix.Length..]);
        "\r\n"u8.CopyTo(destination[(prefix.Length + value.Length)..]);
        return prefix.Length + value.Length + "\r\n".Length;
    }

    /// <summary>A field of any name with a value given as text; both are checked.</summary>
    public static HeaderField OfText(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        var octets = name.Length <= 64 ? stackalloc byte[192] : new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        octets = octets[..Encoding.UTF8.GetBytes(name, octets)];
        if (!Grammar.IsToken(octets)) throw new ArgumentException($"'{name}' is no header name: a name is a token.", nameof(name));
        if (Grammar.BreaksLine(value)) throw new ArgumentException($"The value of {name} holds CR, LF or NUL.", nameof(value));
        return NewLine(SipHeaderNames.Table.Find(octets), name, Encoding.UTF8.GetBytes(value.Trim(' ', '\t')));
    }

    /// <summary>A field with a typed value.</summary>
    public static HeaderField Of<T>(SipHeaderName<T> name, T value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (value is SipHeaderValue typed)
        {
            // Checked again at the last door: nothing that ends a line may leave. NUL is refused where text comes in; a value that was received may
            // hold it as a quoted pair (RFC 4475 §3.1.1.2) and must be fit for the answer.
            if (typed.Text.Span.IndexOfAny((byte)'\r', (byte)'\n') >= 0) throw new ArgumentException($"The value of {name} holds CR or LF.", nameof(value));
            return new HeaderField { Kind = HeaderFieldKind.Typed, Value = typed, Name = name.Index };
        }

        var text = Grammar.Trim(name.Format(value)); // as a reader of the line will
        if (Grammar.BreaksLine(text.Span)) throw new ArgumentException($"The value of {name} holds CR, LF or NUL.", nameof(value));
        if (!name.IsValue(text)) throw new ArgumentException($"'{text}' is no value of {name}.", nameof(value));
        return NewLine(name.Index, name.Name, text.Span);
    }

    /// <summary>A field whose value is what was left of a received one: checked when it was received.</summary>
    public static HeaderField OfRest(SipHeaderName name, ReadOnlySpan<byte> value) => NewLine(name.Index, name.Name, value);

    /// <summary>A field whose value is that of another with a tag behind it.</summary>
    public static HeaderField OfTagged(SipHeaderName name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> tag)
    {
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(value);
        writer.Raw(";tag="u8);
        writer.Raw(tag);
        var field = NewLine(name.Index, name.Name, writer.Written);
        writer.Dispose();
        return field;
    }

    private static HeaderField NewLine(byte known, string name, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue - 300 || name.Length > 255) throw new ArgumentException($"The value of {name} is longer than 65,000 octets.", nameof(value));
        var line = new byte[name.Length + value.Length + 4];
        Encoding.ASCII.GetBytes(name, line);
        ": "u8.CopyTo(line.AsSpan(name.Length));
        value.CopyTo(line.AsSpan(name.Length + 2));
        "\r\n"u8.CopyTo(line.AsSpan(line.Length - 2));
        var field = new HeaderField { Kind = HeaderFieldKind.Line, Value = line };
        field.Note(known, 0, name.Length + 2, line.Length);
        return field;
    }

    private readonly int FindValue(byte[] source)
    {
        var line = source.AsSpan(Start, _lineLength);
        return Grammar.SkipWhitespace(line, line.IndexOf((byte)':') + 1);
    }
}
