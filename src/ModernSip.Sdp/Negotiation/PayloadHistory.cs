using ModernSip.Sdp.Attributes;

namespace ModernSip.Sdp.Negotiation;

/// <summary>Which codec each payload type number of each stream has ever meant on one side.</summary>
/// <remarks>RFC 3264 §8.3.2: a number keeps its meaning as long as its stream lives. Immutable.</remarks>
internal sealed class PayloadHistory
{
    private readonly Dictionary<int, SdpRtpMap>[] _streams;

    private PayloadHistory(Dictionary<int, SdpRtpMap>[] streams) => _streams = streams;

    public static PayloadHistory Empty { get; } = new([]);

    public bool Conflicts(int mediaIndex, SdpCodec codec) =>
        mediaIndex < _streams.Length
        && _streams[mediaIndex].TryGetValue(codec.PayloadType, out var map)
        && !codec.IsSameEncoding(new SdpCodec(map, parameters: null));

    /// <summary>The history after an agreement. Streams that are over are forgotten: their place may be taken by another.</summary>
    public PayloadHistory Record(SdpSession own, SdpSession other)
    {
        var streams = new Dictionary<int, SdpRtpMap>[own.Media.Count];
        for (var i = 0; i < streams.Length; i++)
        {
            var isOver = own.Media[i].IsRejected || i >= other.Media.Count || other.Media[i].IsRejected;
            streams[i] = isOver || i >= _streams.Length ? [] : new(_streams[i]);
            if (isOver) continue;
            foreach (var codec in own.Media[i].ReadCodecs()) streams[i].TryAdd(codec.PayloadType, codec.Map);
        }

        return new PayloadHistory(streams);
    }
}
