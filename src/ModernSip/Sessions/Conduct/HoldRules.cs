using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Sessions.Conduct;

/// <summary>What holding and resuming say in a session description (RFC 3264 §8.4). Pure.</summary>
internal static class HoldRules
{
    /// <summary>
    /// What each stream is for when nobody holds: what this side said, and where it answered, also what the offer did not leave it.
    /// </summary>
    public static SdpList<SdpDirection> UsualOf(SdpSession local, SdpSession? offered) => [.. local.Media.Select((media, index) => UsualOf(local.DirectionOf(media), offered, index))];

    /// <summary>The same session, held or not: this side sends where it did and, held, does not receive.</summary>
    public static SdpSession Turn(SdpSession session, SdpList<SdpDirection> usual, bool holds) => session with
    {
        Media = [.. session.Media.Select((media, index) => media.IsRejected ? media : media.WithDirection(Wanted(usual, index, holds)))],
    };

    /// <summary>
    /// What this side can answer a new offer of the peer's with: what it said before, stream for stream.
    /// </summary>
    public static SdpCapabilities Capabilities(SdpSession local, SdpList<SdpDirection> usual, bool holds) => new(
        local.Origin,
        local.Connection ?? local.Media.Select(local.ConnectionOf).OfType<SdpConnection>().FirstOrDefault() ?? new SdpConnection(System.Net.IPAddress.Any),
        [.. local.Media.Select((media, index) => (media, index)).Where(static pair => !pair.media.IsRejected).Select(pair => Capability(pair.media, Wanted(usual, pair.index, holds)))]);

    /// <summary>Whether who said this does not want to hear the other: by direction, or by the address 0.0.0.0 of old.</summary>
    public static bool Holds(SdpSession session)
    {
        SdpMedia[] streams = [.. session.Media.Where(static media => !media.IsRejected)];
        return streams.Length > 0 && Array.TrueForAll(streams, media => !session.DirectionOf(media).HasFlag(SdpDirection.ReceiveOnly) || session.ConnectionOf(media) is { IsUnspecified: true });
    }

    private static SdpDirection UsualOf(SdpDirection local, SdpSession? offered, int index)
    {
        if (offered is null || index >= offered.Media.Count) return local;
        var left = offered.DirectionOf(offered.Media[index]);
        if (!left.HasFlag(SdpDirection.ReceiveOnly)) local |= SdpDirection.SendOnly;
        if (!left.HasFlag(SdpDirection.SendOnly)) local |= SdpDirection.ReceiveOnly;
        return local;
    }

    private static SdpDirection Wanted(SdpList<SdpDirection> usual, int index, bool holds) =>
        (index < usual.Count ? usual[index] : SdpDirection.SendReceive) & (holds ? SdpDirection.SendOnly : SdpDirection.SendReceive);

    private static SdpMediaCapability Capability(SdpMedia media, SdpDirection direction) => new(media.Kind, media.Port, media.IsRtp ? media.ReadCodecs() : [])
    {
        Formats = media.IsRtp ? [] : media.Formats,
        Protocols = [media.Protocol],
        Direction = direction,
        Connection = media.Connections.Count > 0 ? media.Connections[0] : null,
        RtcpMux = media.Attributes.RtcpMux,
        Attributes = [.. media.Attributes.Where(static attribute => attribute.Name is "ptime" or "maxptime" or "fingerprint" or "ice-ufrag" or "ice-pwd" or "candidate" or "crypto" or "rtcp" or "ssrc" or "label")],
    };
}
