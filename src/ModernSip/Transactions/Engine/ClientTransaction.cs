using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Transactions.Machines;
using ModernSip.Transport;
using Actions = ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Engine;

/// <summary>A request on its way and the wait for its responses (RFC 3261 §17.1). Carries out what its machine decides.</summary>
internal sealed class ClientTransaction : Transaction
{
    private readonly IClientTransactionUser _user;
    private InviteClientState _inviteState;
    private NonInviteClientState _nonInviteState;
    private SipResponse? _failure;
    private bool _isProvisional;

    public ClientTransaction(Shard shard, SipRequest request, SipFlow flow, IClientTransactionUser user)
        : base(shard, request, flow)
    {
        _user = user;
        Branch = request.Headers.Via!.BranchText.Detach();
        KeyHash = TransactionKey.OfClient(request.Headers.Via!, request.Method).Hash;
        ViaCount = request.Headers.CountValues(SipHeaderNames.Via);
    }

    /// <summary>The branch of its Via, which it is found by.</summary>
    public Octets Branch { get; }

    public int KeyHash { get; }

    /// <summary>How many Via values the request went out with; its responses come back with as many.</summary>
    public int ViaCount { get; }

    /// <summary>Whether a provisional response came and no final one: only then may a CANCEL be sent (RFC 3261 §9.1).</summary>
    public bool IsProceeding => IsInvite ? _inviteState == InviteClientState.Proceeding : _nonInviteState == NonInviteClientState.Proceeding;

    public void Start()
    {
        BeginActivity(System.Diagnostics.ActivityKind.Client, _user.Activity);
        Actions actions;
        if (IsInvite) (_inviteState, actions) = InviteClientMachine.Start(IsReliable);
        else (_nonInviteState, actions) = NonInviteClientMachine.Start(IsReliable);
        Perform(actions, null, null);
    }

    public void Receive(SipResponse response, SipFlow flow)
    {
        Shard.Engine.Metrics.ResponseReceived(response.StatusCode);
        _isProvisional |= response.IsProvisional;
        var input = response.Status switch
        {
            { IsProvisional: true } => ClientInput.Provisional,
            { IsSuccess: true } => ClientInput.Success,
            _ => ClientInput.Failure,
        };
        if (response.IsFinal) EndActivity(response.StatusCode);
        Step(input, response, flow);
    }

    public void FlowFailed(SipException error) => Step(ClientInput.TransportFailed, null, null, error);

    /// <summary>Its user wants it no longer: it ends without another word, and what still comes for it is nobody's.</summary>
    public void Abandon()
    {
        if (!IsEnded) End();
    }

    private protected override void OnTimer(TransactionTimer kind) =>
        Step(kind switch
        {
            TransactionTimer.Retransmit => ClientInput.RetransmitTimer,
            TransactionTimer.Timeout => ClientInput.TimeoutTimer,
            _ => ClientInput.LingerTimer,
        }, null, null);

    private void Step(ClientInput input, SipResponse? response, SipFlow? flow, SipException? error = null)
    {
        Actions actions;
        if (IsInvite) (_inviteState, actions) = InviteClientMachine.Next(_inviteState, input, IsReliable);
        else (_nonInviteState, actions) = NonInviteClientMachine.Next(_nonInviteState, input, IsReliable);
        Perform(actions, response, flow, error);
    }

    private void Perform(Actions actions, SipResponse? response, SipFlow? flow, SipException? error = null)
    {
        SipTransportException? refused = null;
        if (actions.Has(Actions.StopRetransmit)) StopRepeat();
        if (actions.Has(Actions.StopTimeout)) Stop(TransactionTimer.Timeout);
        if (actions.Has(Actions.Send)) refused = Transmit(Request, Flow);
        if (actions.Has(Actions.Resend)) refused = Retransmit(Flow);
        if (actions.Has(Actions.StartRetransmit)) StartRepeat(NextInterval());
        if (actions.Has(Actions.StartTimeout)) Start(TransactionTimer.Timeout, Limit());
        if (actions.Has(Actions.StartLinger)) Start(TransactionTimer.Linger, Linger());
        if (actions.Has(Actions.SendAck)) refused = Acknowledge(response!);
        if (actions.Has(Actions.FailTimeout)) EndActivity("timeout");
        if (actions.Has(Actions.FailTransport)) EndActivity("transport");
        if (actions.Has(Actions.Terminate)) End();
        if (actions.Has(Actions.Deliver)) _user.OnResponse(this, response!, flow!);
        if (actions.Has(Actions.FailTimeout)) _user.OnFailed(this, TimedOut());
        if (actions.Has(Actions.FailTransport)) _user.OnFailed(this, error ?? new SipTransportException($"The flow {Flow} failed."));
        if (actions.Has(Actions.Terminate)) _user.OnEnded(this);
        if (refused is not null && !IsEnded) Step(ClientInput.TransportFailed, null, null, refused);
    }

    /// <summary>Timer A doubles without end, timer E up to T2, and in Proceeding E is T2 (RFC 3261 §17.1.1.2, §17.1.2.2).</summary>
    private TimeSpan NextInterval()
    {
        if (RepeatInterval == TimeSpan.Zero) return Timers.T1;
        if (IsInvite) return RepeatInterval * 2;
        return _nonInviteState == NonInviteClientState.Proceeding || RepeatInterval * 2 > Timers.T2 ? Timers.T2 : RepeatInterval * 2;
    }

    private TimeSpan Limit() => IsInvite && _inviteState == InviteClientState.Proceeding ? Timers.ProceedingLimit : Timers.TransactionTimeout;

    private TimeSpan Linger()
    {
        if (!IsInvite) return Timers.T4;
        return _inviteState == InviteClientState.Accepted ? Timers.TransactionTimeout : Timers.InviteLinger;
    }

    private SipTimeoutException TimedOut()
    {
        Shard.Engine.Metrics.TimedOut(MetricName);
        return new SipTimeoutException(
            IsInvite && _isProvisional
                ? $"{Method} to {Request.RequestUri}: no final response within {Timers.ProceedingLimit.TotalSeconds:0.###} s of the last provisional one."
                : $"{Method} to {Request.RequestUri} at {Flow.RemoteEndPoint}: no response within {Timers.TransactionTimeout.TotalSeconds:0.###} s (64*T1).");
    }

    /// <summary>ACK to a failure: part of the transaction, with the INVITE's own branch (RFC 3261 §17.1.1.3).</summary>
    private SipTransportException? Acknowledge(SipResponse response)
    {
        if (_failure is not null) return Retransmit(Flow);
        _failure = response;
        var ack = new SipRequest(SipMethod.Ack, Request.RequestUri);
        ack.Headers.Add(SipHeaderNames.Via, Request.Headers.Via!);
        ack.Headers.CopyFrom(Request.Headers, SipHeaderNames.Route);
        ack.Headers.CopyFrom(Request.Headers, SipHeaderNames.From);
        ack.Headers.CopyFrom(response.Headers, SipHeaderNames.To);
        ack.Headers.CopyFrom(Request.Headers, SipHeaderNames.CallId);
        ack.Headers.CSeq = new SipCSeq(Request.Headers.CSeq!.Value.Number, SipMethod.Ack);
        ack.Headers.MaxForwards = 70;
        return Transmit(ack, Flow);
    }

    private void End()
    {
        IsEnded = true;
        EndActivity("abandoned");
        StopTimers();
        Shard.Clients.Remove(this);
    }
}
