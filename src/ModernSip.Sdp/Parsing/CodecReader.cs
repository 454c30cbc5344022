using ModernSip.Sdp.Attributes;

namespace ModernSip.Sdp.Parsing;

/// <summary>Joins the format list of an RTP stream with its <c>rtpmap</c> and <c>fmtp</c> lines, in time linear to their number.</summary>
internal static class CodecReader
{
    private const int TypeCount = 128;

    public static SdpList<SdpCodec> Read(SdpMedia media)
    {
        if (!media.IsRtp) return [];

        // Where in the list each payload type stands, from one on; zero for those that the stream does not have.
        Span<byte> places = stackalloc byte[TypeCount];
        places.Clear();
        var count = 0;
        Span<byte> types = stackalloc byte[TypeCount];
        foreach (var format in media.Formats.Items)
        {
            if (!Fields.TryNumber(format, 0, TypeCount - 1, out var type) || places[type] > 0) continue;
            types[count] = (byte)type;
            places[type] = (byte)++count;
        }

        var maps = new SdpRtpMap?[count];
        var parameters = new string?[count];
        foreach (var attribute in media.Attributes.Items)
        {
            if (attribute.Value is not { } value) continue;
            if (attribute.Name == SdpRtpMap.AttributeName)
            {
                if (PlaceOf(value, places) is var place && (place < 0 || maps[place] is not null)) continue;
                if (SdpRtpMap.TryParse(value, out var map)) maps[place] = map;
            }
            else if (attribute.Name == SdpFormatParameters.AttributeName)
            {
                if (PlaceOf(value, places) is var place && (place < 0 || parameters[place] is not null)) continue;
                if (SdpFormatParameters.TryParse(value, out var format) && IsCanonical(format.Format)) parameters[place] = format.Parameters;
            }
        }

        var codecs = new SdpCodec[count];
        var known = 0;
        for (var place = 0; place < count; place++)
        {
            if ((maps[place] ?? StaticPayloadTypes.Find(types[place])) is { } map) codecs[known++] = new SdpCodec(map, parameters[place]);
        }

        return SdpList.Create<SdpCodec>(codecs.AsSpan(0, known));
    }

    /// <summary>Where the payload type at the beginning of a value stands in the list; negative for nowhere.</summary>
    private static int PlaceOf(string value, ReadOnlySpan<byte> places)
    {
        var fields = new Fields(value);
        return fields.TryNextNumber(0, TypeCount - 1, out var type) ? places[type] - 1 : -1;
    }

    /// <summary>Parameters belong to the format as it is usually written.</summary>
    private static bool IsCanonical(string format) => format.Length == 1 || format[0] != '0';
}
