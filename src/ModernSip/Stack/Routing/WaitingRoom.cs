using System.Collections.Concurrent;
using ModernSip.Messages;
using ModernSip.Transactions.Engine;

namespace ModernSip.Stack.Routing;

/// <summary>The requests of an access point that wait for a client: one that declared itself and has no connection yet, or that has just connected and does not read yet.</summary>
internal sealed class WaitingRoom
{
    private const int MostWaiting = 1_024;

    private readonly ConcurrentDictionary<WaitingRequest, string> _waiting = [];

    public int Count => _waiting.Count;

    /// <summary>A request begins to wait for a client. On its shard.</summary>
    public void Enter(ServerTransaction transaction, string account, TimeSpan? limit)
    {
        if (_waiting.Count >= MostWaiting) transaction.Answer(transaction.Request.CreateResponse(SipStatus.ServiceUnavailable), "too many requests wait");
        else _waiting.TryAdd(new WaitingRequest(transaction, this, limit), account);
    }

    /// <summary>A connection closes before its application has read: what waited for that is answered. From any thread.</summary>
    public void Dismiss(string account)
    {
        foreach (var (request, awaited) in _waiting)
        {
            if (awaited == account && request.AwaitsReading) request.GiveUp();
        }
    }

    public void Leave(WaitingRequest request) => _waiting.TryRemove(request, out _);

    /// <summary>A client's application reads now: what waited for it is delivered. From any thread.</summary>
    public void Release(ConnectionContext connection)
    {
        foreach (var (request, account) in _waiting)
        {
            if (account == connection.Account && _waiting.TryRemove(request, out _)) request.DeliverTo(connection);
        }
    }
}

/// <summary>A request that waits; in time the stack answers it, and a peer may cancel it (RFC 3261 §9.2).</summary>
internal sealed class WaitingRequest : TimerNode, IServerTransactionUser
{
    private readonly ServerTransaction _transaction;
    private readonly WaitingRoom _room;

    /// <param name="transaction">The request.</param>
    /// <param name="room">Where it waits.</param>
    /// <param name="limit">How long it waits for a client that is connected to read; null for as long as the peer does, for one that is not.</param>
    public WaitingRequest(ServerTransaction transaction, WaitingRoom room, TimeSpan? limit)
    {
        _transaction = transaction;
        _room = room;
        transaction.User = this;
        AwaitsReading = limit is not null;
        // Behind 64*T1 the peer no longer listens to the answer of anything but an INVITE (RFC 4320 §4.2).
        transaction.Shard.Schedule(this, limit ?? 0.9 * transaction.Shard.Engine.Timers.TransactionTimeout);
    }

    /// <summary>Whether its client is connected already.</summary>
    public bool AwaitsReading { get; }

    /// <summary>From any thread.</summary>
    public void GiveUp() => _transaction.Shard.Post(static (_, state) => { var request = (WaitingRequest)state!; request.Leave(); request.OnTimer(); }, this);

    /// <summary>From any thread.</summary>
    public void DeliverTo(ConnectionContext connection) =>
        _transaction.Shard.Post(static (_, state) => { var (request, to) = ((WaitingRequest, ConnectionContext))state!; request.Deliver(to); }, (this, connection));

    public void OnCancelled(ServerTransaction transaction, SipRequest cancel)
    {
        Leave();
        transaction.Answer(transaction.Request.CreateResponse(SipStatus.RequestTerminated), "cancelled");
    }

    public void OnFailed(ServerTransaction transaction, Errors.SipException error) => Leave();

    public void OnEnded(ServerTransaction transaction) => Leave();

    protected internal override void OnTimer()
    {
        _room.Leave(this);
        if (!_transaction.IsAnswered) _transaction.Answer(_transaction.Request.CreateResponse(SipStatus.TemporarilyUnavailable), "its client did not begin to read in time");
    }

    private void Deliver(ConnectionContext connection)
    {
        Leave();
        if (!_transaction.IsAnswered) connection.Receive(_transaction);
    }

    private void Leave()
    {
        _room.Leave(this);
        _transaction.Shard.Unschedule(this);
    }
}
