using System.Globalization;
using ModernSip.Sdp.Attributes;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>One stream of a session (<c>m=</c> and the lines that follow it).</summary>
/// <remarks>RFC 8866 §5.14.</remarks>
public sealed record SdpMedia
{
    private CodecCache _codecs;

    /// <summary>Makes a stream.</summary>
    /// <param name="kind"><c>audio</c>, <c>video</c>, <c>text</c>, <c>application</c>, <c>message</c>, <c>image</c> or another token.</param>
    /// <param name="port">The port, 0 to 65,535; 0 rejects or ends the stream (RFC 3264 §6, §8.2).</param>
    /// <param name="protocol">The transport, such as <c>RTP/AVP</c>.</param>
    /// <param name="formats">The formats, best first: payload type numbers in RTP; at least one.</param>
    /// <exception cref="ArgumentException">A value holds characters that its place does not allow, or there is no format.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is not between 0 and 65,535.</exception>
    public SdpMedia(string kind, int port, string protocol, SdpList<string> formats)
    {
        Kind = kind;
        Port = port;
        Protocol = protocol;
        Formats = formats;
    }

    /// <summary>What is carried: <c>audio</c>, <c>video</c> or another token.</summary>
    public string Kind { get; init => field = Grammar.Token(value); }

    /// <summary>The port; 0 where the stream is rejected or has ended.</summary>
    public int Port { get; init => field = Grammar.InRange(value, 0, 65_535); }

    /// <summary>The number of ports, or pairs of ports for RTP, 1 to 65,535. Default 1.</summary>
    public int PortCount { get; init => field = Grammar.InRange(value, 1, 65_535); } = 1;

    /// <summary>The transport.</summary>
    public string Protocol { get; init => field = Grammar.Protocol(value); }

    /// <summary>The formats, best first: payload type numbers in RTP.</summary>
    public SdpList<string> Formats
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0) throw new ArgumentException("A stream has at least one format.", nameof(value));
            foreach (var format in value) Grammar.Token(format, nameof(value));
            field = value;
        }
    }

    /// <summary>A title for people (<c>i=</c>), or null.</summary>
    public string? Information { get; init => field = Grammar.OptionalText(value); }

    /// <summary>The stream's own addresses (<c>c=</c>); empty where the session's holds. More than one only for multicast.</summary>
    public SdpList<SdpConnection> Connections { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>The stream's bandwidths (<c>b=</c>).</summary>
    public SdpList<SdpBandwidth> Bandwidths { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>The obsolete key line (<c>k=</c>), or null. It is kept as it came, not used (RFC 8866 §5.12).</summary>
    public string? Key { get; init => field = Grammar.OptionalText(value); }

    /// <summary>The stream's attributes (<c>a=</c>).</summary>
    public SdpAttributes Attributes { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>Whether the port is 0: the stream is rejected, or has ended.</summary>
    public bool IsRejected => Port == 0;

    /// <summary>Whether the transport carries RTP, so that formats are payload type numbers.</summary>
    public bool IsRtp => Protocol.Contains("RTP/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes an RTP stream.</summary>
    /// <param name="kind"><c>audio</c>, <c>video</c> or another token.</param>
    /// <param name="port">The port, 0 to 65,535.</param>
    /// <param name="codecs">The codecs, best first; at least one.</param>
    /// <param name="protocol">The RTP profile.</param>
    public static SdpMedia CreateRtp(string kind, int port, SdpList<SdpCodec> codecs, string protocol = "RTP/AVP")
    {
        ArgumentNullException.ThrowIfNull(codecs);
        var formats = codecs.Select(static codec => codec.PayloadType.ToString(CultureInfo.InvariantCulture)).ToArray();
        var attributes = new List<SdpAttribute>();
        foreach (var codec in codecs)
        {
            attributes.Add(new SdpAttribute(SdpRtpMap.AttributeName, codec.Map.ToAttributeValue()));
            if (codec.Parameters is null) continue;
            var parameters = new SdpFormatParameters(codec.PayloadType.ToString(CultureInfo.InvariantCulture), codec.Parameters);
            attributes.Add(new SdpAttribute(SdpFormatParameters.AttributeName, parameters.ToAttributeValue()));
        }

        return new SdpMedia(kind, port, protocol, new SdpList<string>(formats)) { Attributes = [.. attributes] };
    }

    /// <summary>The codecs of an RTP stream in the order of its formats. Formats that mean nothing are left out.</summary>
    /// <returns>The codecs; empty where the stream is not RTP.</returns>
    public SdpList<SdpCodec> ReadCodecs() => _codecs.Of(this);

    /// <summary>The same stream, rejected: port 0, and only what the line itself needs.</summary>
    /// <remarks>RFC 3264 §6. The identification tag stays, so that groups can be read.</remarks>
    public SdpMedia Reject() => new(Kind, 0, Protocol, Formats)
    {
        Attributes = Attributes.Find("mid") is { } mid ? [mid] : [],
    };

    /// <summary>The same stream with another direction.</summary>
    /// <param name="direction">The direction.</param>
    public SdpMedia WithDirection(SdpDirection direction) => this with { Attributes = Attributes.SetDirection(direction) };

    /// <summary>The value of the <c>m=</c> line.</summary>
    public override string ToString() => PortCount == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Kind} {Port} {Protocol} {Formats}")
        : string.Create(CultureInfo.InvariantCulture, $"{Kind} {Port}/{PortCount} {Protocol} {Formats}");
}
