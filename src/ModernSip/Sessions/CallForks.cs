using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The callees that answered one INVITE, told apart by their To tags (RFC 3261 §13.2.2.4).</summary>
internal sealed class CallForks
{
    private readonly SendingContext _context;
    private readonly Shard _shard;
    private readonly bool _isInDialog;
    private readonly Dictionary<string, CallFork> _byTag = new(StringComparer.Ordinal);

    public CallForks(SendingContext context, Shard shard, CallLeg? existing)
    {
        _context = context;
        _shard = shard;
        _isInDialog = existing is not null;
        if (existing is not null) _byTag.Add(existing.Dialog.Id.RemoteTag, new CallFork(existing) { IsTaken = true });
    }

    public IReadOnlyCollection<CallFork> All => _byTag.Values;

    public CallFork? Find(SipResponse response) => _byTag.GetValueOrDefault(response.Headers.To?.Tag ?? "");

    public CallFork? Find(CallLeg leg) => _byTag.GetValueOrDefault(leg.Dialog.Id.RemoteTag);

    /// <summary>The fork of a response, made by it where it is the first; null when the response makes no dialog.</summary>
    public CallFork? FindOrMake(SipRequest invite, SipResponse response, SipFlow flow)
    {
        if (Find(response) is { } known) return known;
        if (_isInDialog || Dialog.FromResponse(invite, response) is not { } dialog) return null;
        var isServer = invite.Headers.Contains("Authorization") && string.Equals(invite.RequestUri.Host, dialog.RemoteTarget.Host, StringComparison.OrdinalIgnoreCase);
        var fork = new CallFork(new CallLeg(_context, _shard, dialog, flow) { IsServerPeer = isServer, OwnsCallId = true });
        _byTag.Add(dialog.Id.RemoteTag, fork);
        return fork;
    }

    public void EndEarly(SipDialogOutcome outcome)
    {
        foreach (var fork in _byTag.Values)
        {
            if (!fork.Leg.Dialog.IsConfirmed) fork.Leg.End(outcome);
        }
    }

    public void Forget() => _byTag.Clear();
}

/// <summary>One callee that answered.</summary>
internal sealed class CallFork(CallLeg leg)
{
    public CallLeg Leg { get; } = leg;

    /// <summary>Whether the application was given its 2xx.</summary>
    public bool IsDelivered { get; set; }

    public bool IsAcknowledged { get; set; }

    /// <summary>Whether the application goes on with its session: with the first, and with those that it asked for.</summary>
    public bool IsTaken { get; set; }
}
