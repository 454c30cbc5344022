using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Negotiation;

/// <summary>One stream that this side can have.</summary>
public sealed record SdpMediaCapability
{
    /// <summary>Makes the capability of an RTP stream.</summary>
    /// <param name="kind"><c>audio</c>, <c>video</c> or another token.</param>
    /// <param name="port">The local port, 1 to 65,535.</param>
    /// <param name="codecs">The codecs. Their numbers do not matter: the answer takes those of the offer.</param>
    /// <exception cref="ArgumentException">The kind is not a token, or the port out of range.</exception>
    public SdpMediaCapability(string kind, int port, SdpList<SdpCodec> codecs)
    {
        Kind = kind;
        Port = port;
        Codecs = codecs;
    }

    /// <summary>What is carried.</summary>
    public string Kind { get; init => field = Grammar.Token(value); }

    /// <summary>The local port.</summary>
    public int Port { get; init => field = Grammar.InRange(value, 1, 65_535); }

    /// <summary>The codecs of an RTP stream, best first.</summary>
    public SdpList<SdpCodec> Codecs { get; init => field = Grammar.NotNull(value); }

    /// <summary>The formats of a stream that is not RTP, such as <c>t38</c>. Default none.</summary>
    public SdpList<string> Formats
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var format in value) Grammar.Token(format, nameof(value));
            field = value;
        }
    } = [];

    /// <summary>The transports taken. Default <c>RTP/AVP</c> alone.</summary>
    public SdpList<string> Protocols
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var protocol in value) Grammar.Protocol(protocol, nameof(value));
            field = value;
        }
    } = ["RTP/AVP"];

    /// <summary>What this side is ready to do; the answer is no more than this and what the offer leaves. Default both ways.</summary>
    public SdpDirection Direction { get; init; } = SdpDirection.SendReceive;

    /// <summary>The stream's own address, or null for the one of the session.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>Whether RTP and RTCP share the port where the offer asks for it. Default false.</summary>
    public bool RtcpMux { get; init; }

    /// <summary>Further attributes of the answered stream, such as <c>ptime</c>, <c>fingerprint</c> or <c>candidate</c>.</summary>
    public SdpAttributes Attributes { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>
    /// Decides on a codec that both know, by its parameters: takes the offered and the local one, and returns the one to answer with,
    /// or null to leave it out. Its number is not used. Default: the local one.
    /// </summary>
    public Func<SdpCodec, SdpCodec, SdpCodec?>? Agree { get; init; }

    internal bool Takes(SdpMedia offered) =>
        string.Equals(Kind, offered.Kind, StringComparison.OrdinalIgnoreCase)
        && Protocols.Contains(offered.Protocol, StringComparer.OrdinalIgnoreCase);
}
