using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions.Timers;

/// <summary>The timer of one session. Carries out what its machine decides; lives on the shard of its leg.</summary>
internal sealed class SessionTimer
{
    private static readonly TimeSpan LeastForRetry = TimeSpan.FromSeconds(10);

    private readonly CallLeg _leg;
    private readonly ShardTimer _timer;
    private SessionTimerState _state;
    private long _agreedAt;

    public SessionTimer(CallLeg leg)
    {
        _leg = leg;
        _timer = new ShardTimer(leg.Shard, () => Step(SessionTimerInput.Timer));
    }

    /// <summary>What is agreed; null where the session has no end.</summary>
    public SessionInterval? Agreed { get; private set; }

    private TimeProvider Time => _leg.Time;

    /// <summary>A 2xx to INVITE or UPDATE went one way or the other: the session was refreshed.</summary>
    public void Agree(SessionInterval? interval)
    {
        Agreed = interval;
        _agreedAt = Time.GetTimestamp();
        Step(interval switch
        {
            null => SessionTimerInput.AgreedNone,
            { IsLocalRefresher: true } => SessionTimerInput.AgreedLocal,
            _ => SessionTimerInput.AgreedRemote,
        });
    }

    /// <summary>The refresh of this side failed.</summary>
    public void Failed(bool isUnanswered) => Step(isUnanswered ? SessionTimerInput.Unanswered : Left() < LeastForRetry ? SessionTimerInput.RefusedLate : SessionTimerInput.Refused);

    public void Stop() => _timer.Stop();

    private void Step(SessionTimerInput input)
    {
        (_state, var actions) = SessionTimerMachine.Next(_state, input);
        if (actions.HasFlag(SessionTimerActions.Stop)) _timer.Stop();
        if (actions.HasFlag(SessionTimerActions.StartRefresh)) _timer.Start(Agreed!.Value.UntilRefresh); // it starts with an agreement
        if (actions.HasFlag(SessionTimerActions.StartEnd)) _timer.Start(Left());
        if (actions.HasFlag(SessionTimerActions.StartRetry)) _timer.Start(Left() / 2);
        if (actions.HasFlag(SessionTimerActions.Refresh)) _leg.Refresh();
        if (actions.HasFlag(SessionTimerActions.End)) _leg.Expire();
    }

    private TimeSpan Left()
    {
        var left = Agreed!.Value.UntilEnd - Time.GetElapsedTime(_agreedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
