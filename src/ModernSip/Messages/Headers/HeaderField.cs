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

/// <summary>One header field: where its line stands, or the value that was set.</summary>
internal struct HeaderField
{
    public object? Value;
    public int Start;
    public ushort NameLength;
    public ushort ValueOffset;
    public ushort ValueLength;
    public ushort LineLength;
    public byte Name;
    public HeaderFieldKind Kind;
    public bool IsFolded;

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
        if (!name.Parse(text, out _)) throw new ArgumentException($"'{text}' is no value of {name}.", nameof(value));
        return NewLine(name.Index, name.Name, text.Span);
    }

    /// <summary>A field whose value is what was left of a received one: checked when it was received.</summary>
    public static HeaderField OfRest(SipHeaderName name, ReadOnlySpan<byte> value) => NewLine(name.Index, name.Name, value);

    private static HeaderField NewLine(byte known, string name, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue - 300 || name.Length > 255) throw new ArgumentException($"The value of {name} is longer than 65,000 octets.", nameof(value));
        var line = new byte[name.Length + value.Length + 4];
        Encoding.ASCII.GetBytes(name, line);
        ": "u8.CopyTo(line.AsSpan(name.Length));
        value.CopyTo(line.AsSpan(name.Length + 2));
        "\r\n"u8.CopyTo(line.AsSpan(line.Length - 2));
        return new HeaderField
        {
            Kind = HeaderFieldKind.Line,
            Value = line,
            Name = known,
            NameLength = (ushort)name.Length,
            ValueOffset = (ushort)(name.Length + 2),
            ValueLength = (ushort)value.Length,
            LineLength = (ushort)line.Length,
        };
    }
}
