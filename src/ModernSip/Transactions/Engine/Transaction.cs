using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>What client and server transactions share: the flow, the stored message, the timers. Lives on one shard.</summary>
/// <remarks>
/// Many thousands wait for their last timer at any time, so the transaction is itself the node of the one that nearly always runs alone; only
/// those that retransmit have a second one.
/// </remarks>
internal abstract class Transaction(Shard shard, SipRequest request, SipFlow flow) : TimerNode
{
    private RepeatTimer? _repeatTimer;
    private object? _stored; // octets, or the message where it is kept for a moment only
    private SipRequest? _request = request;
    private System.Diagnostics.Activity? _activity;
    private TransactionTimer _kind;

    public Shard Shard { get; } = shard;

    /// <summary>The request, as long as it may still be needed.</summary>
    public SipRequest Request => _request ?? throw new InvalidOperationException($"The {Method} was let go with its answer.");

    public bool HasRequest => _request is not null;

    public SipMethod Method { get; } = request.Method;

    /// <summary>The method as metrics carry it: peers make names up, and each would be a series of its own.</summary>
    public string MetricName => Method.IsKnown ? Method.Name : "other";

    public SipFlow Flow { get; } = flow;

    public bool IsInvite => Method == SipMethod.Invite;

    public bool IsReliable => Flow.IsReliable;

    public bool IsEnded { get; private protected set; }

    private protected TransactionTimers Timers => Shard.Engine.Timers;

    /// <summary>The interval of the retransmission timer as it was last started; zero before.</summary>
    private protected TimeSpan RepeatInterval => _repeatTimer?.Interval ?? TimeSpan.Zero;

    private protected void StartRepeat(TimeSpan interval)
    {
        _repeatTimer ??= new RepeatTimer(this);
        _repeatTimer.Interval = interval;
        Shard.Schedule(_repeatTimer, interval);
    }

    private protected void StopRepeat()
    {
        if (_repeatTimer is not null) Shard.Unschedule(_repeatTimer);
    }

    /// <summary>Starts the timer of the given kind in place of any other but the retransmission's.</summary>
    private protected void Start(TransactionTimer kind, TimeSpan delay)
    {
        _kind = kind;
        if (kind == TransactionTimer.Linger) Shard.ScheduleLoosely(this, delay); // nobody waits for it
        else Shard.Schedule(this, delay);
    }

    private protected void Stop(TransactionTimer kind)
    {
        if (_kind == kind) Shard.Unschedule(this);
    }

    /// <summary>Begins the activity of the transaction, where anybody listens.</summary>
    private protected void BeginActivity(System.Diagnostics.ActivityKind kind, System.Diagnostics.Activity? parent)
    {
        if (SipActivities.IsOn) _activity = SipActivities.Start(kind, MetricName, parent, Request.Headers.CallId, Flow.Protocol.ToMetricTag(), Flow.RemoteEndPoint);
    }

    /// <summary>Ends it with the final response.</summary>
    private protected void EndActivity(int status)
    {
        if (_activity is not { } activity) return;
        _activity = null;
        SipActivities.Stop(activity, status);
    }

    /// <summary>Ends it without one; where it has ended, nothing happens.</summary>
    private protected void EndActivity(string reason)
    {
        if (_activity is not { } activity) return;
        _activity = null;
        SipActivities.Fail(activity, reason);
    }

    private protected abstract void OnTimer(TransactionTimer kind);

    protected internal sealed override void OnTimer() => OnTimer(_kind);

    /// <summary>Writes a message and sends it; it is kept where it may have to be repeated.</summary>
    /// <returns>The error, when the flow refused.</returns>
    private protected SipTransportException? Transmit(SipMessage message, SipFlow flow, Keeping keeping = Keeping.Octets)
    {
        if (IsReliable) keeping = Keeping.Nothing;
        var refused = Shard.Engine.TrySend(flow, message, keep: keeping == Keeping.Octets, out var octets);
        _stored = keeping == Keeping.Message ? message : octets;
        return refused;
    }

    private protected SipTransportException? Retransmit(SipFlow flow)
    {
        if (_stored is null) return null;
        Shard.Engine.Metrics.Retransmitted(MetricName);
        if (_activity is { } activity) SipActivities.Retransmitted(activity);
        return _stored is SipMessage message ? Shard.Engine.TrySend(flow, message) : Shard.Engine.TrySend(flow, (byte[])_stored);
    }

    private protected void StopTimers()
    {
        StopRepeat();
        Shard.Unschedule(this);
    }

    private protected void ForgetStored() => _stored = null;

    /// <summary>Lets go of what only an open question needs: repeats are answered with octets.</summary>
    private protected void LetGo() => _request = null;

    private sealed class RepeatTimer(Transaction owner) : TimerNode
    {
        public TimeSpan Interval { get; set; }

        protected internal override void OnTimer() => owner.OnTimer(TransactionTimer.Retransmit);
    }
}

/// <summary>What is kept of a message that was sent.</summary>
internal enum Keeping : byte
{
    /// <summary>Nothing: it is not repeated, or by somebody else.</summary>
    Nothing,

    /// <summary>The message itself, whose octets would not be kept for long.</summary>
    Message,

    /// <summary>Its octets, which cost the least.</summary>
    Octets,
}

/// <summary>Which of a transaction's timers fired.</summary>
internal enum TransactionTimer : byte
{
    Retransmit,
    Timeout,
    Linger,
    Trying,
}
