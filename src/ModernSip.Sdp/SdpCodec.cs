using ModernSip.Sdp.Attributes;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>A codec with the payload type number it has in one stream: <c>rtpmap</c> and <c>fmtp</c> in one.</summary>
/// <remarks>RFC 8866 §6.6, §6.15; numbers without an <c>rtpmap</c>: RFC 3551 §6.</remarks>
public sealed record SdpCodec
{
    /// <summary>Makes a codec.</summary>
    /// <param name="payloadType">The number, 0 to 127; 96 to 127 are free for use.</param>
    /// <param name="encoding">The encoding's name, such as <c>opus</c>.</param>
    /// <param name="clockRate">The clock rate in hertz.</param>
    /// <param name="channels">The number of audio channels.</param>
    /// <param name="parameters">The format parameters, or null.</param>
    /// <exception cref="ArgumentException">A value holds characters that its place does not allow, or is out of its range.</exception>
    public SdpCodec(int payloadType, string encoding, int clockRate, int channels = 1, string? parameters = null)
        : this(new SdpRtpMap(payloadType, encoding, clockRate, channels), parameters)
    {
    }

    internal SdpCodec(SdpRtpMap map, string? parameters)
    {
        Map = map;
        Parameters = parameters;
    }

    /// <summary>G.711 µ-law, payload type 0.</summary>
    public static SdpCodec Pcmu { get; } = new(0, "PCMU", 8_000);

    /// <summary>G.711 A-law, payload type 8.</summary>
    public static SdpCodec Pcma { get; } = new(8, "PCMA", 8_000);

    /// <summary>DTMF digits as RTP events 0 to 15 (RFC 4733), payload type 101.</summary>
    public static SdpCodec TelephoneEvent { get; } = new(101, "telephone-event", 8_000, parameters: "0-15");

    /// <summary>Number, encoding, clock rate and channels.</summary>
    public SdpRtpMap Map { get; init => field = Grammar.NotNull(value); }

    /// <summary>The format parameters (<c>fmtp</c>), or null.</summary>
    public string? Parameters { get; init => field = Grammar.OptionalText(value); }

    /// <summary>The payload type number.</summary>
    public int PayloadType => Map.PayloadType;

    /// <summary>The encoding's name.</summary>
    public string Encoding => Map.Encoding;

    /// <summary>Whether this codec carries signals or silence beside speech: telephone events, comfort noise, redundancy.</summary>
    /// <remarks>A stream needs another codec beside it, unless nothing else is offered.</remarks>
    public bool IsAuxiliary => Encoding.ToUpperInvariant() is "TELEPHONE-EVENT" or "TONE" or "CN" or "RED" or "RTX" or "ULPFEC" or "FLEXFEC";

    /// <summary>Whether both are the same encoding with the same clock rate and channels, whatever number they have.</summary>
    /// <param name="other">The other codec.</param>
    public bool IsSameEncoding(SdpCodec other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Map.ClockRate == other.Map.ClockRate
            && Map.Channels == other.Map.Channels
            && string.Equals(Encoding, other.Encoding, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The mapping and the parameters.</summary>
    public override string ToString() => Parameters is null ? Map.ToString() : $"{Map} {Parameters}";
}
