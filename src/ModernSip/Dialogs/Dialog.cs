using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Dialogs;

/// <summary>The state of one dialog: identity, sequence numbers, route set, remote target (RFC 3261 §12). Pure; owned by one shard.</summary>
internal sealed class Dialog
{
    private Dialog(DialogId id, SipNameAddress local, SipNameAddress remote, SipUri remoteTarget)
    {
        Id = id;
        Local = local;
        Remote = remote;
        RemoteTarget = remoteTarget;
    }

    public DialogId Id { get; }

    /// <summary>This side's address with its tag.</summary>
    public SipNameAddress Local { get; }

    /// <summary>The peer's address with its tag.</summary>
    public SipNameAddress Remote { get; }

    /// <summary>The peer's Contact: the Request-URI of what is sent in the dialog.</summary>
    public SipUri RemoteTarget { get; private set; }

    /// <summary>The proxies that asked to stay in the path, nearest first.</summary>
    public IReadOnlyList<SipNameAddress> RouteSet { get; private set; } = [];

    /// <summary>The next hop where it routes strictly: it stands in the Request-URI then and no more in the Routes (RFC 3261 §8.1.2, §12.2.1.1).</summary>
    public SipUri? StrictRouter => RouteSet.Count > 0 && !RouteSet[0].Uri.IsLooseRouter ? RouteSet[0].Uri : null;

    public uint LocalSequence { get; private set; }

    /// <summary>The peer's last sequence number; null before its first request.</summary>
    public uint? RemoteSequence { get; private set; }

    public bool IsConfirmed { get; private set; }

    /// <summary>Whether the peer has sent a REFER in the dialog that is told about: the next ones need an id (RFC 3515 §2.4.6).</summary>
    public bool HadRefer { get; set; }

    /// <summary>The dialog that a response makes at the caller (RFC 3261 §12.1.2); null when the response makes none.</summary>
    public static Dialog? FromResponse(SipRequest request, SipResponse response)
    {
        var headers = response.Headers;
        var contact = headers.Contact is { Uri.IsSip: true } there ? there.Uri : null;
        // A 2xx is a session even from a peer that leaves out its tag (RFC 3261 §12.1.2) or its Contact: it must be acknowledged, and ended some day.
        if (response.IsSuccess) contact ??= request.RequestUri;
        else if (headers.To?.Tag is null) return null;
        if (contact is null) return null;
        contact = AsTarget(contact);
        var (callId, from, to) = (DialogId.CallIdOf(response), request.Headers.From!, headers.To!);
        // The messages are not kept for these values, and an array of its own for each would cost more than they do.
        var kept = new byte[callId.Length + from.Text.Length + to.Text.Length + contact.Text.Length];
        var used = 0;
        var (local, remote) = (from.At(Keep(from.Text, kept, ref used)), to.At(Keep(to.Text, kept, ref used)));
        var id = new DialogId(Keep(callId, kept, ref used), local.TagText, remote.TagText);
        var dialog = new Dialog(id, local, remote, contact.At(Keep(contact.Text, kept, ref used))) { LocalSequence = request.Headers.CSeq!.Value.Number };
        dialog.SetRouteSet(RecordedRoutes(headers).Reverse());
        return dialog;
    }

    /// <summary>The dialog that a request makes at the callee (RFC 3261 §12.1.1); null when its Contact is missing or no SIP URI.</summary>
    public static Dialog? FromRequest(SipRequest request, string localTag)
    {
        var headers = request.Headers;
        if (headers.Contact is not { Uri.IsSip: true } contact) return null;
        // The INVITE's octets are kept as long as the dialog, so its values are not copied.
        var (local, remote) = (headers.To!.WithTag(localTag), headers.From!);
        var dialog = new Dialog(new DialogId(DialogId.CallIdOf(request), local.TagText, remote.TagText), local, remote, AsTarget(contact.Uri))
        {
            RemoteSequence = headers.CSeq!.Value.Number,
        };
        dialog.SetRouteSet(RecordedRoutes(headers));
        return dialog;
    }

    /// <summary>The dialog is confirmed by a 2xx: the caller takes the route set anew from it (RFC 3261 §13.2.2.4).</summary>
    public void Confirm(SipResponse? response = null)
    {
        IsConfirmed = true;
        if (response is null) return;
        SetRouteSet(RecordedRoutes(response.Headers).Reverse());
        RefreshTarget(response);
    }

    /// <summary>A request in the dialog, ready but for Via and Contact (RFC 3261 §12.2.1.1).</summary>
    public SipRequest CreateRequest(SipMethod method)
    {
        var request = Address(method);
        request.Headers.CSeq = new SipCSeq(NextSequence(), method);
        return request;
    }

    /// <summary>The ACK to a 2xx: a request of its own in all but its sequence number (RFC 3261 §13.2.2.4).</summary>
    public SipRequest CreateAck(SipRequest invite)
    {
        var ack = Address(SipMethod.Ack);
        ack.Headers.CSeq = new SipCSeq(invite.Headers.CSeq!.Value.Number, SipMethod.Ack);
        ack.Headers.CopyFrom(invite.Headers, SipHeaderNames.Authorization); // RFC 3261 §22.1
        ack.Headers.CopyFrom(invite.Headers, SipHeaderNames.ProxyAuthorization);
        return ack;
    }

    public uint NextSequence() => ++LocalSequence;

    /// <summary>The sequence number that a request in the dialog took after it was challenged.</summary>
    public void Advance(uint sequence) => LocalSequence = Math.Max(LocalSequence, sequence);

    /// <summary>Takes in the sequence number of a request from the peer.</summary>
    /// <returns>False when it is out of order: the request gets 500 (RFC 3261 §12.2.2).</returns>
    public bool TryAccept(SipRequest request)
    {
        var number = request.Headers.CSeq!.Value.Number;
        if (RemoteSequence is { } last && number <= last) return false;
        RemoteSequence = number;
        return true;
    }

    /// <summary>Takes over the peer's Contact from a target refresh request or its 2xx (RFC 3261 §12.2.1.2, §12.2.2).</summary>
    public void RefreshTarget(SipMessage message)
    {
        if (message.Headers.Contact is not { Uri: { IsSip: true } contact }) return;
        var target = AsTarget(contact);
        if (!target.Text.Span.SequenceEqual(RemoteTarget.Text.Span)) RemoteTarget = target.Detach();
    }

    /// <summary>A request in the dialog without its sequence number, which only its shard gives.</summary>
    public SipRequest Address(SipMethod method)
    {
        var target = RemoteTarget;
        IEnumerable<SipNameAddress> routes = RouteSet;
        if (StrictRouter is { } router)
        {
            // A strict router wants itself in the Request-URI and the target at the end of the Routes (RFC 3261 §12.2.1.1).
            target = router;
            routes = RouteSet.Skip(1).Append(new SipNameAddress(RemoteTarget));
        }

        var request = new SipRequest(method, target);
        request.Headers.MaxForwards = 70;
        request.Headers.SetAll(SipHeaderNames.Route, routes);
        request.Headers.From = Local;
        request.Headers.To = Remote;
        request.Headers.Set(HeaderField.OfRest(SipHeaderNames.CallId, Id.CallIdOctets));
        return request;
    }

    /// <summary>What of a Contact may stand in a Request-URI: no method, and no header fields, which a peer would have this side send (RFC 3261 §19.1.1, table 1).</summary>
    private static SipUri AsTarget(SipUri contact) => contact.WithoutHeaders().WithoutParameter("method");

    private static Octets Keep(Octets text, byte[] kept, ref int used)
    {
        text.Span.CopyTo(kept.AsSpan(used));
        used += text.Length;
        return new Octets(kept, used - text.Length, text.Length);
    }

    private void SetRouteSet(IEnumerable<SipNameAddress> routes) => RouteSet = routes.Select(static route => route.Detach()).ToArray();

    private static IEnumerable<SipNameAddress> RecordedRoutes(SipHeaders headers) => headers.Find(SipHeaderNames.RecordRoute, 0) < 0 ? [] : headers.GetAll(SipHeaderNames.RecordRoute);
}
