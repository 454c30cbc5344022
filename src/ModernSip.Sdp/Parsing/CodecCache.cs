namespace ModernSip.Sdp.Parsing;

/// <summary>The codecs of a stream, once they were read: the rules ask for them again and again. Says nothing about whether two streams are equal.</summary>
internal struct CodecCache : IEquatable<CodecCache>
{
    private Reading? _last;

    /// <summary>The codecs of a stream. A changed copy of the stream has brought this along, and reads anew.</summary>
    public SdpList<SdpCodec> Of(SdpMedia media)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || !ReferenceEquals(last.Protocol, media.Protocol) || !ReferenceEquals(last.Formats, media.Formats) || !ReferenceEquals(last.Attributes, media.Attributes))
        {
            last = new Reading(media.Protocol, media.Formats, media.Attributes, CodecReader.Read(media));
            Volatile.Write(ref _last, last);
        }

        return last.Codecs;
    }

    public readonly bool Equals(CodecCache other) => true;

    public override readonly bool Equals(object? obj) => obj is CodecCache;

    public override readonly int GetHashCode() => 0;

    private sealed record Reading(string Protocol, SdpList<string> Formats, SdpAttributes Attributes, SdpList<SdpCodec> Codecs);
}
