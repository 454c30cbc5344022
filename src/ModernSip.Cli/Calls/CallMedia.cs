using ModernSip.Messages;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Cli.Calls;

/// <summary>What one call says about audio.</summary>
/// <param name="port">Where audio is to go.</param>
/// <param name="given">An offer of the user's own, sent as it is; null to make one.</param>
internal sealed class CallMedia(MediaPort port, SipContent? given = null)
{
    private SdpSession? _local;
    private SipContent? _last;

    public CallMedia ForAnotherCall() => new(port);

    /// <summary>Whether this is what was said last.</summary>
    public bool IsLast(SipContent? said) => ReferenceEquals(said, _last);

    public SipContent Offer()
    {
        if (given is not null) return given;
        _local = _local?.NextVersion() ?? SdpSession.CreateAudioOffer(port.Address, port.Port);
        return ToContent(_local);
    }

    /// <summary>Answers an offer; null where nothing of it can be taken.</summary>
    public SipContent? Answer(SipContent offer)
    {
        var capability = new SdpMediaCapability("audio", port.Port, [SdpCodec.Pcmu, SdpCodec.Pcma, SdpCodec.TelephoneEvent]);
        if (Answer(offer, [capability]) is not { HasActiveMedia: true } answer) return null;
        _local = answer;
        return ToContent(answer);
    }

    /// <summary>The answer that takes nothing of an offer, for where one is owed all the same; null where the offer cannot be read.</summary>
    public SipContent? Refuse(SipContent offer) => Answer(offer, []) is { } answer ? ToContent(answer) : null;

    private SdpSession? Answer(SipContent offer, SdpList<SdpMediaCapability> capabilities)
    {
        if (!SdpSession.TryParse(offer.Octets.Span, out var offered, out _)) return null;
        var own = _local ?? SdpSession.CreateAudioOffer(port.Address, port.Port);
        return SdpAnswerer.Answer(offered, new SdpCapabilities(own.Origin, new SdpConnection(port.Address), capabilities), _local);
    }

    private SipContent ToContent(SdpSession session) => _last = new(SipMediaType.Sdp, session.ToUtf8Bytes());
}
