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

    public CallMedia ForAnotherCall() => new(port);

    public SipContent Offer()
    {
        if (given is not null) return given;
        _local = _local?.NextVersion() ?? SdpSession.CreateAudioOffer(port.Address, port.Port);
        return ToContent(_local);
    }

    /// <summary>Answers an offer; null where nothing of it can be taken.</summary>
    public SipContent? Answer(SipContent offer)
    {
        if (!SdpSession.TryParse(offer.Octets.Span, out var offered, out _)) return null;
        var own = _local ?? SdpSession.CreateAudioOffer(port.Address, port.Port);
        var capability = new SdpMediaCapability("audio", port.Port, [SdpCodec.Pcmu, SdpCodec.Pcma, SdpCodec.TelephoneEvent]);
        var answer = SdpAnswerer.Answer(offered, new SdpCapabilities(own.Origin, new SdpConnection(port.Address), [capability]), _local);
        if (!answer.HasActiveMedia) return null;
        _local = answer;
        return ToContent(answer);
    }

    private static SipContent ToContent(SdpSession session) => new(SipMediaType.Sdp, session.ToUtf8Bytes());
}
