using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>The server transactions of a shard: which request is new, which is a repeat, a merged copy, an ACK or a CANCEL.</summary>
internal sealed class ServerTransactions(Shard shard)
{
    private readonly HashSet<ServerTransaction> _byKey = new(ServerKeyComparer.Instance);
    private readonly HashSet<ServerTransaction> _outsideDialogs = new(ServerMergeComparer.Instance);
    private readonly TransactionsByFlow<ServerTransaction> _byFlow = new();

    public int Count => _byKey.Count;

    /// <summary>How many of them are INVITEs.</summary>
    public int InviteCount { get; private set; }

    /// <summary>How many connections the transactions depend on.</summary>
    public int FlowCount => _byFlow.FlowCount;

    public void Receive(SipRequest request, SipFlow flow)
    {
        if (request.Method == SipMethod.Ack)
        {
            // The ACK to a failure belongs to its INVITE; that to a 2xx has a branch of its own and goes up (RFC 3261 §17.2.3).
            if (TryFind(TransactionKey.OfServer(request, SipMethod.Invite), out var invite)) invite.Acknowledged(request, flow);
            else shard.Core.OnAck(request, flow);
            return;
        }

        var key = TransactionKey.OfServer(request, request.Method);
        if (TryFind(key, out var known)) Repeat(known, request, flow);
        else if (IsFullFor(request)) shard.Engine.RefuseStateless(request, flow, "too many transactions");
        else if (!IsLetIn(request, flow)) shard.Engine.RespondStateless(request, flow, SipStatus.ServiceUnavailable, "too many requests of one source", "Retry-After", "1");
        else Begin(request, flow, key);
    }

    /// <summary>What is established goes on; even that not without end.</summary>
    private bool IsFullFor(SipRequest request)
    {
        var most = shard.Engine.Limits.MaxServerTransactions;
        return _byKey.Count >= most && (_byKey.Count >= 2L * most || !shard.Core.IsInDialog(request));
    }

    public void FlowClosed(SipFlow flow)
    {
        foreach (var transaction in _byFlow.Of(flow)) transaction.FlowFailed();
    }

    public void Remove(ServerTransaction transaction)
    {
        _byFlow.Remove(transaction);
        if (_byKey.RemoveAndTrim(transaction) && transaction.IsInvite) InviteCount--;
        if (transaction.Identity.CanMerge) _outsideDialogs.RemoveAndTrim(transaction);
    }

    private bool TryFind(in TransactionKey key, [NotNullWhen(true)] out ServerTransaction? transaction) =>
        _byKey.GetAlternateLookup<TransactionKey>().TryGetValue(key, out transaction);

    /// <summary>The next request under the branch of one that is still known is no repeat of it, whose answer would be wrong, and cannot be told from it by its ACK: the client must make another.</summary>
    private void Repeat(ServerTransaction known, SipRequest request, SipFlow flow)
    {
        if (known.Identity.Sequence == request.Headers.CSeq!.Value.Number) known.Repeated();
        else shard.Engine.RespondStateless(request, flow, SipStatus.BadRequest, "branch used before");
    }

    private bool IsLetIn(SipRequest request, SipFlow flow) =>
        shard.Engine.Gate is not { } gate || request.Method == SipMethod.Cancel || !request.Headers.To!.TagOctets.IsEmpty || gate.Lets(flow.RemoteEndPoint.Address);

    private void Begin(SipRequest request, SipFlow flow, in TransactionKey key)
    {
        var transaction = new ServerTransaction(shard, request, flow, key);
        _byKey.Add(transaction);
        _byFlow.Add(transaction);
        if (transaction.IsInvite) InviteCount++;
        transaction.Start();
        if (request.Method == SipMethod.Cancel)
        {
            Cancel(transaction);
        }
        else if (transaction.Identity.CanMerge && !TryEnterOutsideDialogs(transaction))
        {
            transaction.Answer(SipStatus.LoopDetected, "merged request"); // the same request by another way (RFC 3261 §8.2.2.2)
        }
        else
        {
            shard.Core.OnRequest(transaction);
        }
    }

    private bool TryEnterOutsideDialogs(ServerTransaction transaction)
    {
        if (_outsideDialogs.GetAlternateLookup<MergeKey>().Contains(MergeKey.Of(transaction.Request))) return false;
        _outsideDialogs.Add(transaction);
        return true;
    }

    /// <summary>CANCEL is answered here and never goes up: 481 without its INVITE, else 200 with the INVITE's tag (RFC 3261 §9.2). A branch alone cancels nothing.</summary>
    private void Cancel(ServerTransaction cancel)
    {
        var request = cancel.Request; // the answer lets go of it
        if (!TryFind(TransactionKey.OfServer(request, SipMethod.Invite), out var invite) || !invite.IsCancelledBy(request))
        {
            cancel.Answer(SipStatus.CallDoesNotExist, "nothing to cancel");
            return;
        }

        var ok = request.CreateResponse(SipStatus.Ok);
        if (ok.Headers.To is { Tag: null } to) ok.Headers.To = to.WithTag(invite.LocalTag);
        cancel.Answer(ok, "cancelled");
        invite.Cancelled(request);
    }
}
