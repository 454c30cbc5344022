using ModernSip.Dialogs;
using ModernSip.Messages;
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
        var connections = transaction.Flow.Owner is AccessPoint accessPoint ? accessPoint.Connections : [];
        if (!request.Headers.To!.TagOctets.IsEmpty) OnDialogRequest(transaction);
        else if (RequestRouter.Select(request, connections) is { } connection) connection.Receive(transaction);
        else transaction.Respond(SipStatus.TemporarilyUnavailable);
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

    private void OnDialogRequest(ServerTransaction transaction)
    {
        if (_dialogs.TryGetValue(DialogId.OfRequest(transaction.Request), out var user)) user.OnRequest(transaction);
        else transaction.Respond(SipStatus.CallDoesNotExist); // RFC 3261 §12.2.2
    }
}
