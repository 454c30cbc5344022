using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions.Reliability;

/// <summary>Sends the reliable provisional responses of one INVITE, one after the other, until each has its PRACK. Carries out what its machine decides.</summary>
internal sealed class ReliableProvisionals
{
    private readonly IncomingRequest _invite;
    private readonly Action _onContinue;
    private readonly ShardTimer _repeat;
    private readonly ShardTimer _limit;
    private readonly Queue<Provisional> _waiting = new();
    private ReliableState _state;
    private Provisional _current;
    private TimeSpan _interval;
    private uint _number;

    /// <param name="invite">The INVITE.</param>
    /// <param name="onContinue">A PRACK came and nothing is out: what was deferred can go.</param>
    public ReliableProvisionals(IncomingRequest invite, Action onContinue)
    {
        _invite = invite;
        _onContinue = onContinue;
        _repeat = new ShardTimer(Shard, () => Step(ReliableInput.RepeatTimer));
        _limit = new ShardTimer(Shard, () => Step(ReliableInput.LimitTimer));
        _number = (uint)(Shard.Engine.Random.NextDouble() * int.MaxValue); // the first is one more (RFC 3262 §3)
    }

    private Shard Shard => _invite.Transaction.Shard;

    /// <summary>Takes a response to be sent; one that waits for another's PRACK is sent behind it.</summary>
    /// <returns>Whether it was legal now.</returns>
    public bool Send(SipResponse response, bool hasDescription, Completion<SipRequest>? acknowledged)
    {
        var provisional = new Provisional(response, hasDescription, acknowledged);
        var actions = Step(hasDescription ? ReliableInput.SendDescription : ReliableInput.Send, provisional);
        return !actions.HasFlag(ReliableActions.NotAllowed);
    }

    /// <summary>Takes a PRACK.</summary>
    /// <returns>Whether it acknowledges a response of this INVITE: then the caller answers it.</returns>
    public bool TryAcknowledge(SipRequest prack, SipRAck acknowledges)
    {
        var isIts = acknowledges.ResponseNumber == _number && _current.Response is not null && acknowledges.CSeq == _invite.Request.Headers.CSeq;
        var acknowledged = _current.Acknowledged;
        var actions = Step(isIts ? ReliableInput.Prack : ReliableInput.StrayPrack);
        if (!actions.HasFlag(ReliableActions.Accept)) return false;
        _current = _state == ReliableState.Idle ? default : _current;
        acknowledged?.Set(prack);
        if (actions.HasFlag(ReliableActions.Continue)) Continue();
        return true;
    }

    /// <summary>The final response is to be sent.</summary>
    /// <returns>Whether it can go at once; else it waits for a PRACK.</returns>
    public bool TryFinish(bool isSuccess) => Step(isSuccess ? ReliableInput.Success : ReliableInput.Failure).HasFlag(ReliableActions.Pass);

    /// <summary>The INVITE has ended, however that came.</summary>
    public void Stop()
    {
        _state = ReliableState.Closed;
        StopTimers();
        Forget();
    }

    private ReliableActions Step(ReliableInput input, Provisional provisional = default)
    {
        (_state, var actions) = ReliableMachine.Next(_state, input);
        if (actions.HasFlag(ReliableActions.Stop)) StopTimers();
        if (actions.HasFlag(ReliableActions.Send)) Transmit(provisional);
        if (actions.HasFlag(ReliableActions.Queue)) _waiting.Enqueue(provisional);
        if (actions.HasFlag(ReliableActions.Repeat)) Repeat();
        if (actions.HasFlag(ReliableActions.Pass) || actions.HasFlag(ReliableActions.GiveUp)) Forget();
        if (actions.HasFlag(ReliableActions.GiveUp)) _invite.GiveUp(SipStatus.ServerInternalError, "no PRACK"); // RFC 3262 §3: a 5xx
        return actions;
    }

    private void Continue()
    {
        _onContinue();
        if (_state == ReliableState.Idle && _waiting.TryDequeue(out var next)) Step(next.HasDescription ? ReliableInput.SendDescription : ReliableInput.Send, next);
    }

    private void Transmit(Provisional provisional)
    {
        _current = provisional;
        OptionTags.Add(provisional.Response, SipHeaderNames.Require, OptionTags.Reliable);
        provisional.Response.Headers.Set(SipHeaderNames.RSeq, ++_number);
        _invite.RespondNow(provisional.Response);
        _interval = Shard.Engine.Timers.T1;
        _repeat.Start(_interval);
        _limit.Start(Shard.Engine.Timers.TransactionTimeout);
    }

    private void Repeat()
    {
        Shard.Engine.Metrics.Retransmitted(SipMethod.Invite.Name);
        _invite.RespondNow(_current.Response);
        _interval *= 2;
        _repeat.Start(_interval);
    }

    /// <summary>What waits is overtaken by the final response; a PRACK that is still on its way is answered all the same, but nobody waits for it.</summary>
    private void Forget()
    {
        var error = new SipConnectionClosedException("The INVITE ended before the provisional response was acknowledged.");
        _current.Acknowledged?.Fail(error);
        while (_waiting.TryDequeue(out var left)) left.Acknowledged?.Fail(error);
    }

    private void StopTimers()
    {
        _repeat.Stop();
        _limit.Stop();
    }

    private readonly record struct Provisional(SipResponse Response, bool HasDescription, Completion<SipRequest>? Acknowledged);
}
