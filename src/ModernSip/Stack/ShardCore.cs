using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Stack.Routing;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The dialogs of a shard, and who gets a request: its dialog's owner, the connection that fits, or the stack itself.</summary>
internal sealed class ShardCore(Shard shard) : ITransactionCore
{
    private readonly Dictionary<DialogId, IDialogUser> _dialogs = [];

    public int DialogCount => _dialogs.Count;

    /// <summary>Enters a dialog.</summary>
    /// <returns>False when it is there already.</returns>
    public bool TryAdd(DialogId id, IDialogUser user) => _dialogs.TryAdd(id, user);

    public void Remove(DialogId id) => _dialogs.Remove(id);

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!request.Headers.To!.TagOctets.IsEmpty) OnDialogRequest(transaction);
        else if (transaction.Flow.Owner is AccessPoint accessPoint) Route(transaction, accessPoint);
        else transaction.Answer(SipStatus.TemporarilyUnavailable, "no client");
    }

    public void OnAck(SipRequest ack, SipFlow flow)
    {
        if (_dialogs.TryGetValue(DialogId.OfRequest(ack), out var user)) user.OnAck(ack);
        else shard.Engine.Metrics.Dropped(flow.Protocol.ToViaToken(), "stray ACK");
    }

    public void OnLateSuccess(SipResponse response, SipFlow flow)
    {
        if (_dialogs.TryGetValue(DialogId.OfResponse(response), out var user)) user.OnLateSuccess(response);
        else shard.Engine.Metrics.Dropped(flow.Protocol.ToViaToken(), "stray response");
    }

    public void SendBack(SipResponse response, SipFlow closed, int port)
    {
        if (closed.Owner is AccessPoint accessPoint) accessPoint.SendBack(response, closed, port, shard.Engine);
    }

    private static void Route(ServerTransaction transaction, AccessPoint accessPoint)
    {
        var verdict = RequestRouter.Route(transaction.Request, accessPoint.Candidates);
        if (verdict.Answer is { } answer) transaction.Answer(answer, verdict.Reason);
        else if (verdict.Client is ConnectionContext connection) connection.Receive(transaction);
        else accessPoint.AwaitClient(transaction, verdict.Client!.Account); // one of the two is there
    }

    private void OnDialogRequest(ServerTransaction transaction)
    {
        if (_dialogs.TryGetValue(DialogId.OfRequest(transaction.Request), out var user)) user.OnRequest(transaction);
        else transaction.Answer(SipStatus.CallDoesNotExist, "no dialog"); // RFC 3261 §12.2.2
    }
}
