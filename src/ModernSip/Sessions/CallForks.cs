using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The callees that answered one INVITE, told apart by their To tags (RFC 3261 §13.2.2.4).</summary>
internal sealed class CallForks
{
    private const int MostForks = 100; // more than the 60 that proxies fork to at once (RFC 5393 §5.3.3.1)

    private readonly SendingContext _context;
    private readonly Shard _shard;
    private readonly bool _isInDialog;
    private readonly Dictionary<string, CallFork> _byTag = new(StringComparer.Ordinal);

    private readonly ReadOnlyMemory<byte>? _offer;
    private readonly Action _cancel;

    public CallForks(SendingContext context, Shard shard, CallLeg? existing, ReadOnlyMemory<byte>? offer, Action cancel)
    {
        _context = context;
        _shard = shard;
        _isInDialog = existing is not null;
        _offer = offer;
        _cancel = cancel;
        if (existing is not null) _byTag.Add(existing.Dialog.Id.RemoteTag, new CallFork(existing) { IsTaken = true });
    }

    public IReadOnlyCollection<CallFork> All => _byTag.Values;

    public CallFork? Find(SipResponse response) => _byTag.GetValueOrDefault(response.Headers.To?.Tag ?? "");

    /// <summary>The first callee that rings.</summary>
    public CallLeg? FirstEarly => _byTag.Values.Select(static fork => fork.Leg).FirstOrDefault(static leg => !leg.IsEnded && !leg.Dialog.IsConfirmed);

    public CallFork? Find(CallLeg leg) => _byTag.GetValueOrDefault(leg.Dialog.Id.RemoteTag);

    /// <summary>
    /// The fork of a response, made by it where it is the first; null when the response makes no dialog, and where there are too many: whoever is called could
    /// have this side keep dialogs, and send ACKs and BYEs, without end.
    /// </summary>
    public CallFork? FindOrMake(SipRequest invite, SipResponse response, SipFlow flow)
    {
        if (Find(response) is { } known) return known;
        if (_isInDialog || _byTag.Count >= MostForks || Dialog.FromResponse(invite, response) is not { } dialog) return null;
        var isServer = invite.Headers.Contains("Authorization") && string.Equals(invite.RequestUri.Host, dialog.RemoteTarget.Host, StringComparison.OrdinalIgnoreCase);
        var fork = new CallFork(new CallLeg(_context, _shard, dialog, flow) { IsServerPeer = isServer, OwnsCallId = true, CancelInvite = _cancel, IsInviting = true });
        if (_offer is { } offer) fork.Leg.Descriptions = fork.Leg.Descriptions.LocalOffers(offer);
        _byTag.Add(dialog.Id.RemoteTag, fork);
        return fork;
    }

    /// <summary>Ends the callees that ring. One that answers after all makes a session of its own, which is to be acknowledged and ended.</summary>
    public void EndEarly(SipDialogOutcome outcome)
    {
        foreach (var fork in _byTag.Values.Where(static fork => !fork.Leg.Dialog.IsConfirmed).ToList()) EndEarly(fork, outcome);
    }

    /// <summary>One callee is through, and others go on (RFC 6228 §4).</summary>
    public void EndEarly(CallFork fork, SipDialogOutcome outcome)
    {
        if (fork.Leg.Dialog.IsConfirmed) return;
        _byTag.Remove(fork.Leg.Dialog.Id.RemoteTag);
        fork.Leg.End(outcome);
    }

    /// <summary>Ends the sessions that the application was given and did not take.</summary>
    public void RefuseUntaken(SipRequest? invite)
    {
        foreach (var fork in _byTag.Values)
        {
            if (fork is { IsDelivered: true, IsTaken: false }) fork.Refuse(invite!, null); // there was an INVITE: it was answered
        }
    }

    public void Forget() => _byTag.Clear();
}
