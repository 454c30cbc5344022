using ModernSip.Sdp.Attributes;

namespace ModernSip.Sdp.Parsing;

/// <summary>The payload types that mean something without an <c>rtpmap</c> (RFC 3551 §6, tables 4 and 5).</summary>
internal static class StaticPayloadTypes
{
    /// <summary>From here on a number means nothing without an <c>rtpmap</c>.</summary>
    public const int FirstDynamic = 96;

    public static SdpRtpMap? Find(int payloadType) => payloadType switch
    {
        0 => new(0, "PCMU", 8_000),
        3 => new(3, "GSM", 8_000),
        4 => new(4, "G723", 8_000),
        5 => new(5, "DVI4", 8_000),
        6 => new(6, "DVI4", 16_000),
        7 => new(7, "LPC", 8_000),
        8 => new(8, "PCMA", 8_000),
        9 => new(9, "G722", 8_000),
        10 => new(10, "L16", 44_100, 2),
        11 => new(11, "L16", 44_100),
        12 => new(12, "QCELP", 8_000),
        13 => new(13, "CN", 8_000),
        14 => new(14, "MPA", 90_000),
        15 => new(15, "G728", 8_000),
        16 => new(16, "DVI4", 11_025),
        17 => new(17, "DVI4", 22_050),
        18 => new(18, "G729", 8_000),
        25 => new(25, "CelB", 90_000),
        26 => new(26, "JPEG", 90_000),
        28 => new(28, "nv", 90_000),
        31 => new(31, "H261", 90_000),
        32 => new(32, "MPV", 90_000),
        33 => new(33, "MP2T", 90_000),
        34 => new(34, "H263", 90_000),
        _ => null,
    };
}
