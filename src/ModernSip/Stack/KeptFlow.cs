using System.Net;
using System.Net.Sockets;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The flow to one next hop that requests keep to, so that its name is not resolved for each (C6) and its connection stays the same (RFC 5626 §4.3).</summary>
internal sealed class KeptFlow
{
    private static readonly IPNetwork[] Private =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10")];

    private Entry? _kept;

    /// <summary>The flow that was kept last; null before.</summary>
    public SipFlow? Flow => Volatile.Read(ref _kept)?.Flow;

    /// <summary>
    /// The flow that a request which makes or refreshes a dialog came by, where its sender stands at the other end of it, as one Via and no Record-Route say: requests in
    /// the dialog keep to it, since behind a translator there is no other way to the sender. Over UDP only where its Contact is plainly out of reach, an address of a private
    /// network told by a sender outside of it that asks for symmetric responses (RFC 3581); else datagrams go to the Contact.
    /// </summary>
    /// <returns>The flow for the hop of its Contact; null where requests find their way by the dialog's route alone (RFC 3261 §12.2.1.1).</returns>
    public static KeptFlow? OfPeer(SipRequest request, SipFlow flow)
    {
        if (request.Headers.Find(SipHeaderNames.Via, 1) >= 0 || request.Headers.Find(SipHeaderNames.RecordRoute, 0) >= 0) return null;
        if (request.Headers.Contact is not { Uri: { IsSip: true } contact }) return null;
        if (!flow.IsReliable && !(request.Headers.Via is { WantsResponsePort: true } && IsOutOfReach(contact, flow.RemoteEndPoint.Address))) return null;
        var kept = new KeptFlow();
        kept.Keep(contact.Detach(), flow);
        return kept;
    }

    /// <summary>From now on requests to this hop take this flow.</summary>
    public void Keep(SipUri hop, SipFlow flow) => Volatile.Write(ref _kept, new Entry(hop, flow));

    /// <summary>The flow to a hop; null where none is kept, or it is closed.</summary>
    public SipFlow? For(SipUri hop) => Volatile.Read(ref _kept) is { Flow.IsClosed: false } kept && kept.Hop == hop ? kept.Flow : null;

    private static bool IsOutOfReach(SipUri contact, IPAddress source) =>
        UriText.TryParseAddress(contact.HostOctets, out var address) && IsPrivate(address) && !IsPrivate(source) && !IPAddress.IsLoopback(source);

    private static bool IsPrivate(IPAddress address)
    {
        foreach (var network in Private)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)) return true;
        }

        return false;
    }

    private sealed record Entry(SipUri Hop, SipFlow Flow);
}
