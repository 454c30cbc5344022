using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of CSeq: a sequence number and the method (RFC 3261 §20.16).</summary>
/// <param name="Number">The sequence number; legal values are below 2^31 (RFC 3261 §8.1.1.5).</param>
/// <param name="Method">The method of the request.</param>
public readonly record struct SipCSeq(uint Number, SipMethod Method)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Number} {Method}";

    internal Octets ToOctets()
    {
        var writer = new ValueWriter(stackalloc byte[64]);
        writer.Number(Number);
        writer.Octet(' ');
        writer.Text(Method.Name);
        return writer.ToOctets();
    }

    internal static bool TryParse(Octets text, out SipCSeq value) => TryParse(text.Span, out value);

    internal static bool TryParse(ReadOnlySpan<byte> text, out SipCSeq value)
    {
        value = default;
        var blank = text.IndexOfAny((byte)' ', (byte)'\t');
        if (blank <= 0 || !Grammar.TryParseNumber(text[..blank], out var number) || number > int.MaxValue) return false;
        if (!SipMethod.TryParse(Grammar.Trim(text[blank..]), out var method)) return false;
        value = new SipCSeq(number, method);
        return true;
    }
}
