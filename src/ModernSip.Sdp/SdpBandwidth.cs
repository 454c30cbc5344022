using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>The bandwidth a session or stream is going to use (<c>b=</c>).</summary>
/// <remarks>RFC 8866 §5.8: <c>CT</c> and <c>AS</c> count kilobits per second; RFC 3890: <c>TIAS</c> counts bits per second.</remarks>
public sealed record SdpBandwidth
{
    /// <summary>Makes a bandwidth.</summary>
    /// <param name="type">What is counted, and how: <c>AS</c>, <c>CT</c>, <c>TIAS</c>, <c>RR</c>, <c>RS</c> or another token.</param>
    /// <param name="value">The amount, in the unit that the type says.</param>
    /// <exception cref="ArgumentException">The type is not a token.</exception>
    public SdpBandwidth(string type, ulong value)
    {
        Type = type;
        Value = value;
    }

    /// <summary>What is counted, and how.</summary>
    public string Type { get; init => field = Grammar.Token(value); }

    /// <summary>The amount, in the unit that the type says.</summary>
    public ulong Value { get; init; }

    /// <summary>The value of the line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type}:{Value}");
}
