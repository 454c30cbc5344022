using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transactions.Machines;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>What client and server transactions share: the flow, the stored message, the two timers. Lives on one shard.</summary>
internal abstract class Transaction(Shard shard, SipRequest request, SipFlow flow)
{
    private ActionTimer? _repeatTimer;
    private ActionTimer? _limitTimer;
    private byte[]? _stored;
    private SipRequest? _request = request;

    public Shard Shard { get; } = shard;

    /// <summary>The request, as long as it may still be needed.</summary>
    public SipRequest Request => _request ?? throw new InvalidOperationException($"The {Method} was let go with its answer.");

    public SipMethod Method { get; } = request.Method;

    public SipFlow Flow { get; } = flow;

    public bool IsInvite => Method == SipMethod.Invite;

    public bool IsReliable => Flow.IsReliable;

    public bool IsEnded { get; private protected set; }

    private protected TransactionTimers Timers => Shard.Engine.Timers;

    private protected TimeSpan RepeatInterval { get; set; }

    private protected void StartRepeat(TimeSpan delay, TransactionTimer kind) => Start(ref _repeatTimer, delay, kind);

    private protected void StopRepeat() => Stop(_repeatTimer);

    private protected void StartLimit(TimeSpan delay, TransactionTimer kind) => Start(ref _limitTimer, delay, kind);

    private protected void StopLimit() => Stop(_limitTimer);

    private protected abstract void OnTimer(TransactionTimer kind);

    /// <summary>Writes a message and sends it; its octets are kept where it may have to be repeated.</summary>
    /// <returns>The error, when the flow refused.</returns>
    private protected SipTransportException? Transmit(SipMessage message, SipFlow flow)
    {
        return Shard.Engine.TrySend(flow, message, keep: !IsReliable, out _stored);
    }

    private protected SipTransportException? Retransmit(SipFlow flow)
    {
        if (_stored is null) return null;
        Shard.Engine.Metrics.Retransmitted(Method.Name);
        return Shard.Engine.TrySend(flow, _stored);
    }

    private protected void StopTimers()
    {
        StopRepeat();
        StopLimit();
    }

    /// <summary>Lets go of what only an open question needs: repeats are answered with octets.</summary>
    private protected void LetGo()
    {
        _request = null;
        StopRepeat();
        _repeatTimer = null;
    }

    private void Start(ref ActionTimer? timer, TimeSpan delay, TransactionTimer kind)
    {
        timer ??= new ActionTimer(this);
        timer.Kind = kind;
        Shard.Schedule(timer, delay);
    }

    private void Stop(ActionTimer? timer)
    {
        if (timer is not null) Shard.Unschedule(timer);
    }

    private sealed class ActionTimer(Transaction owner) : TimerNode
    {
        public TransactionTimer Kind { get; set; }

        protected internal override void OnTimer() => owner.OnTimer(Kind);
    }
}

/// <summary>Which of a transaction's timers fired.</summary>
internal enum TransactionTimer : byte
{
    Retransmit,
    Timeout,
    Linger,
    Trying,
}
