using System.Buffers;
using System.Globalization;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of Timestamp: when the client sent, and how long the server took (RFC 3261 §20.38).</summary>
/// <param name="Seconds">Seconds on a clock that only the client knows.</param>
/// <param name="Delay">Seconds between request and response at the server; null where it said nothing.</param>
public readonly record struct SipTimestamp(decimal Seconds, decimal? Delay = null)
{
    // More digits do not fit a decimal, and no clock has them.
    private const int LongestNumber = 28;

    private static readonly SearchValues<byte> Characters = SearchValues.Create("0123456789."u8);

    /// <inheritdoc/>
    public override string ToString() =>
        Delay is { } delay ? string.Create(CultureInfo.InvariantCulture, $"{Seconds} {delay}") : Seconds.ToString(CultureInfo.InvariantCulture);

    internal static bool TryParse(Octets text, out SipTimestamp value)
    {
        value = default;
        var span = text.Span;
        var blank = span.IndexOfAny((byte)' ', (byte)'\t');
        if (!TryParseNumber(blank < 0 ? span : span[..blank], out var seconds)) return false;
        decimal? delay = null;
        if (blank >= 0)
        {
            if (!TryParseNumber(Grammar.Trim(span[blank..]), out var found)) return false;
            delay = found;
        }

        value = new SipTimestamp(seconds, delay);
        return true;
    }

    /// <summary>*(DIGIT) [ "." *(DIGIT) ] with one digit at least.</summary>
    private static bool TryParseNumber(ReadOnlySpan<byte> text, out decimal number)
    {
        number = 0;
        return text.Length is > 0 and <= LongestNumber
            && text.IndexOfAnyExcept(Characters) < 0
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
