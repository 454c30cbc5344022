using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>Which encoding a payload type number stands for (<c>rtpmap</c>).</summary>
/// <remarks>RFC 8866 §6.6.</remarks>
public sealed record SdpRtpMap : ISdpAttributeValue<SdpRtpMap>
{
    /// <summary>Makes a mapping.</summary>
    /// <param name="payloadType">The number, 0 to 127.</param>
    /// <param name="encoding">The encoding's name, such as <c>opus</c>.</param>
    /// <param name="clockRate">The clock rate in hertz, at least 1.</param>
    /// <param name="channels">The number of audio channels, at least 1.</param>
    /// <exception cref="ArgumentException">The name is not a token, or holds a slash.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SdpRtpMap(int payloadType, string encoding, int clockRate, int channels = 1)
    {
        PayloadType = payloadType;
        Encoding = encoding;
        ClockRate = clockRate;
        Channels = channels;
    }

    /// <inheritdoc/>
    public static string AttributeName => "rtpmap";

    /// <summary>The payload type number, 0 to 127.</summary>
    public int PayloadType { get; init => field = Grammar.InRange(value, 0, 127); }

    /// <summary>The encoding's name; compared without regard to case.</summary>
    public string Encoding { get; init => field = Grammar.Token(value); }

    /// <summary>The clock rate in hertz.</summary>
    public int ClockRate { get; init => field = Grammar.InRange(value, 1, int.MaxValue); }

    /// <summary>The number of audio channels. Default 1.</summary>
    public int Channels { get; init => field = Grammar.InRange(value, 1, 255); }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpRtpMap? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNextNumber(0, 127, out var payloadType) || !fields.TryNext(out var encoding)) return false;

        Span<Range> parts = stackalloc Range[3];
        var count = encoding.Split(parts, '/');
        if (count < 2 || !Grammar.IsToken(encoding[parts[0]])) return false;
        if (!Fields.TryNumber(encoding[parts[1]], 1, int.MaxValue, out var clockRate)) return false;

        // Other parameters than a channel count are nowhere defined; they are read as one channel.
        var channels = 1;
        if (count == 3 && !Fields.TryNumber(encoding[parts[2]], 1, 255, out channels)) channels = 1;
        result = new SdpRtpMap(payloadType, encoding[parts[0]].ToString(), clockRate, channels);
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue() => Channels == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{PayloadType} {Encoding}/{ClockRate}")
        : string.Create(CultureInfo.InvariantCulture, $"{PayloadType} {Encoding}/{ClockRate}/{Channels}");

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();
}
