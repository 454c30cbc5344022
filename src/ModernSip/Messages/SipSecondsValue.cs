using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A number of seconds with parameters: Session-Expires with its refresher, and Min-SE (RFC 4028 §4, §5).</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipSecondsValue : SipHeaderValue
{
    private readonly int _parametersStart;

    /// <summary>Makes a value without parameters.</summary>
    /// <param name="seconds">The seconds.</param>
    public SipSecondsValue(uint seconds)
        : this(Octets.Of(seconds.ToString(CultureInfo.InvariantCulture)), seconds)
    {
    }

    private SipSecondsValue(Octets text, uint seconds)
        : base(text)
    {
        Seconds = seconds;
        _parametersStart = EndOfDigits(text.Span);
    }

    /// <summary>The seconds; a number beyond 32 bits is cut to the largest one.</summary>
    public uint Seconds { get; }

    /// <summary>The parameters, for example refresher ("uac" or "uas").</summary>
    public SipParameters Parameters => ParametersFrom(_parametersStart);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipSecondsValue WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipSecondsValue(Rewrite(Text.Span, _parametersStart, name, value, remove: false), Seconds);
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipSecondsValue? value)
    {
        var span = text.Span;
        var end = EndOfDigits(span);
        value = Grammar.TryParseSeconds(span[..end], out var seconds) && AreParameters(span, end) ? new SipSecondsValue(text, seconds) : null;
        return value is not null;
    }

    private static int EndOfDigits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
