using System.Diagnostics.CodeAnalysis;
using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Routing;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The dialogs of a shard, and who gets a request: its dialog's owner, the connection that fits, or the stack itself.</summary>
internal sealed class ShardCore(Shard shard) : ITransactionCore
{
    private readonly Dictionary<DialogId, IDialogUser> _dialogs = new(DialogComparer.Instance);
    private readonly Dictionary<UsageId, IDialogUser> _usages = [];
    private readonly Dictionary<HalfDialogId, IDialogMaker> _awaited = [];

    public int DialogCount => _dialogs.Count;

    /// <summary>The requests that are under way, and end with a period of their connection.</summary>
    public PeriodMembers Members { get; } = new();

    /// <summary>Enters a dialog.</summary>
    /// <returns>False when it is there already.</returns>
    public bool TryAdd(DialogId id, IDialogUser user) => _dialogs.TryAdd(id, user);

    public IDialogUser? Find(DialogId id) => _dialogs.GetValueOrDefault(id);

    public void Remove(DialogId id) => _dialogs.RemoveAndTrim(id);

    /// <summary>Enters a subscription in a dialog that another usage made (RFC 5057).</summary>
    /// <returns>False when there is one to that event already.</returns>
    public bool TryAdd(UsageId id, IDialogUser user) => _usages.TryAdd(id, user);

    public void Remove(UsageId id) => _usages.RemoveAndTrim(id);

    /// <summary>Enters who makes dialogs of NOTIFYs from peers that are not known yet.</summary>
    public void Await(HalfDialogId id, IDialogMaker maker) => _awaited[id] = maker;

    public void StopAwaiting(HalfDialogId id) => _awaited.RemoveAndTrim(id);

    /// <summary>A period of a connection ends: each request and each dialog is told, so that none needs a registration of its own, of which there would be as many as calls.</summary>
    public void EndPeriod(ActivePeriod period)
    {
        foreach (var user in _dialogs.Values.ToList()) user.OnPeriodEnded(period);
        foreach (var request in Members.ToList()) request.OnPeriodEnded(period);
    }

    public bool IsInDialog(SipRequest request) => !request.Headers.To!.TagOctets.IsEmpty && TryFind(DialogKey.OfRequest(request), out _);

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!request.Headers.To!.TagOctets.IsEmpty) OnDialogRequest(transaction);
        else if (transaction.Flow.Owner is AccessPoint accessPoint) Route(transaction, accessPoint);
        else transaction.Answer(SipStatus.TemporarilyUnavailable, "no client");
    }

    public void OnAck(SipRequest ack, SipFlow flow)
    {
        if (TryFind(DialogKey.OfRequest(ack), out var user)) user.OnAck(ack);
        else shard.Engine.Metrics.Dropped(flow.Protocol.ToMetricTag(), "stray_ack");
    }

    public void OnLateSuccess(SipResponse response, SipFlow flow)
    {
        if (TryFind(DialogKey.OfResponse(response), out var user)) user.OnLateSuccess(response);
        else shard.Engine.Metrics.Dropped(flow.Protocol.ToMetricTag(), "stray_response");
    }

    public void SendBack(SipResponse response, SipFlow closed, int port, TimeSpan? within)
    {
        if (closed.Owner is AccessPoint accessPoint) accessPoint.SendBack(response, closed, port, within, shard.Engine);
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
        var request = transaction.Request;
        if (FindUsage(request) is { } usage) usage.OnRequest(transaction);
        else if (TryFind(DialogKey.OfRequest(request), out var user)) user.OnRequest(transaction);
        else if (request.Method == SipMethod.Notify && _awaited.TryGetValue(HalfDialogId.OfRequest(request), out var maker)) maker.OnNotify(transaction);
        else transaction.Answer(SipStatus.CallDoesNotExist, "no dialog"); // RFC 3261 §12.2.2
    }

    private bool TryFind(in DialogKey key, [NotNullWhen(true)] out IDialogUser? user) => _dialogs.GetAlternateLookup<DialogKey>().TryGetValue(key, out user);

    private IDialogUser? FindUsage(SipRequest request)
    {
        if (_usages.Count == 0 || (request.Method != SipMethod.Notify && request.Method != SipMethod.Subscribe)) return null;
        return EventId.Of(request) is { } subscribed ? _usages.GetValueOrDefault(new UsageId(DialogId.OfRequest(request), subscribed, request.Method == SipMethod.Subscribe)) : null;
    }
}
