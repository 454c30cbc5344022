using System.Globalization;
using ModernSip.Sdp.Attributes;

namespace ModernSip.Sdp.Parsing;

/// <summary>Joins the format list of an RTP stream with its <c>rtpmap</c> and <c>fmtp</c> lines, in time linear to their number.</summary>
internal static class CodecReader
{
    public static SdpList<SdpCodec> Read(SdpMedia media)
    {
        if (!media.IsRtp) return [];

        var maps = new Dictionary<int, SdpRtpMap>();
        foreach (var map in media.Attributes.All<SdpRtpMap>()) maps.TryAdd(map.PayloadType, map);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var format in media.Attributes.All<SdpFormatParameters>()) parameters.TryAdd(format.Format, format.Parameters);

        var codecs = new List<SdpCodec>();
        var seen = new HashSet<int>();
        foreach (var format in media.Formats)
        {
            if (!Fields.TryNumber(format, 0, 127, out var payloadType) || !seen.Add(payloadType)) continue;
            var map = maps.GetValueOrDefault(payloadType) ?? StaticPayloadTypes.Find(payloadType);
            if (map is null) continue;
            codecs.Add(new SdpCodec(map, parameters.GetValueOrDefault(payloadType.ToString(CultureInfo.InvariantCulture))));
        }

        return [.. codecs];
    }
}
