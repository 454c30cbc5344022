using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transactions.Machines;
using ModernSip.Transport;
using Actions = ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Engine;

/// <summary>A request that arrived and the way of its responses (RFC 3261 §17.2). Carries out what its machine decides.</summary>
internal sealed class ServerTransaction : Transaction
{
    private readonly SipFlow _responseFlow;
    private InviteServerState _inviteState;
    private NonInviteServerState _nonInviteState;
    private string? _localTag;

    public ServerTransaction(Shard shard, SipRequest request, SipFlow flow, TransactionKey key)
        : base(shard, request, flow)
    {
        Key = key.Detach(); // it outlives the request
        _responseFlow = ResponseFlow(request.Headers.Via!, flow);
    }

    public TransactionKey Key { get; }

    /// <summary>What a copy of the request that came by another way has in common with it; null in a dialog.</summary>
    public MergeKey? Merge { get; init; }

    /// <summary>Who answers; set by the core while it handles the request.</summary>
    public IServerTransactionUser? User { get; set; }

    /// <summary>The tag that every response above 100 carries, unless the request has one already (RFC 3261 §8.2.6.2).</summary>
    public string LocalTag => _localTag ??= Request.Headers.To!.Tag ?? Shard.Engine.Random.NextToken(16);

    /// <summary>Whether the final response was given.</summary>
    public bool IsAnswered { get; private set; }

    public void Start()
    {
        Actions actions;
        if (IsInvite)
        {
            (_inviteState, actions) = InviteServerMachine.Start(IsReliable);
        }
        else
        {
            (_nonInviteState, actions) = NonInviteServerMachine.Start(IsReliable);
            if (!IsReliable) StartRepeat(Timers.LateTryingDelay, TransactionTimer.Trying); // RFC 4320 §4.1
        }

        Perform(actions & ~Actions.Deliver, null);
    }

    /// <summary>Sends a response. The To tag is added where it is missing.</summary>
    /// <returns>Whether the response is legal now; a second final one is not.</returns>
    public bool Respond(SipResponse response)
    {
        if (IsAnswered && !IsInvite) return false; // the request may be gone by now
        if (response.StatusCode > 100 && response.Headers.To is { Tag: null } to) response.Headers.To = to.WithTag(LocalTag);
        var input = response.Status switch
        {
            { IsProvisional: true } => ServerInput.SendProvisional,
            { IsSuccess: true } => ServerInput.SendSuccess,
            _ => ServerInput.SendFailure,
        };
        var isLegal = !Step(input, response).HasFlag(Actions.NotAllowed);
        if (_nonInviteState == NonInviteServerState.Completed && !IsInvite)
        {
            LetGo();
            User = null;
        }

        return isLegal;
    }

    /// <summary>Sends a response made from a status alone.</summary>
    public bool Respond(SipStatus status, string? reasonPhrase = null) => Respond(Request.CreateResponse(status, reasonPhrase));

    public void Repeated() => Step(ServerInput.Request, null);

    /// <summary>Takes an ACK with the INVITE's branch. To a 2xx it goes up: some peers give it no branch of its own (RFC 3261 §17.2.3).</summary>
    public void Acknowledged(SipRequest ack, SipFlow flow)
    {
        if (Step(ServerInput.Ack, null).HasFlag(Actions.Deliver)) Shard.Core.OnAck(ack, flow);
    }

    public void FlowFailed() => Step(ServerInput.TransportFailed, null);

    public void Cancelled(SipRequest cancel)
    {
        if (!IsAnswered) User?.OnCancelled(this, cancel);
    }

    private protected override void OnTimer(TransactionTimer kind) =>
        Step(kind switch
        {
            TransactionTimer.Retransmit => ServerInput.RetransmitTimer,
            TransactionTimer.Timeout => ServerInput.TimeoutTimer,
            TransactionTimer.Linger => ServerInput.LingerTimer,
            _ => ServerInput.TryingTimer,
        }, null);

    /// <summary>
    /// Responses go to where the request came from: to the port it came from where rport asks for it (RFC 3581 §4), else to that of sent-by
    /// (RFC 3261 §18.2.2). Never to another address: maddr would let a stranger aim our answers at a third party.
    /// </summary>
    private static SipFlow ResponseFlow(SipVia via, SipFlow flow)
    {
        if (flow.IsReliable || via.WantsResponsePort) return flow;
        var port = via.Port ?? 5060;
        return port == flow.RemoteEndPoint.Port ? flow : flow.ToPort(port);
    }

    private Actions Step(ServerInput input, SipResponse? response)
    {
        Actions actions;
        if (IsInvite) (_inviteState, actions) = InviteServerMachine.Next(_inviteState, input, IsReliable);
        else (_nonInviteState, actions) = NonInviteServerMachine.Next(_nonInviteState, input, IsReliable);
        Perform(actions, response);
        return actions;
    }

    private void Perform(Actions actions, SipResponse? response)
    {
        SipTransportException? refused = null;
        if (actions.HasFlag(Actions.StopTrying) || actions.HasFlag(Actions.StopRetransmit)) StopRepeat();
        if (actions.HasFlag(Actions.StopTimeout)) StopLimit();
        if (actions.HasFlag(Actions.Send)) refused = SendResponse(response!);
        if (actions.HasFlag(Actions.SendTrying)) refused = SendResponse(Request.CreateResponse(SipStatus.Trying));
        if (actions.HasFlag(Actions.Resend)) refused = Retransmit(_responseFlow);
        if (actions.HasFlag(Actions.StartTrying)) StartRepeat(Timers.TryingDelay, TransactionTimer.Trying);
        if (actions.HasFlag(Actions.StartRetransmit)) StartRepeat(NextInterval(), TransactionTimer.Retransmit);
        if (actions.HasFlag(Actions.StartTimeout)) StartLimit(Timers.TransactionTimeout, TransactionTimer.Timeout);
        if (actions.HasFlag(Actions.StartLinger)) StartLimit(IsInvite && _inviteState == InviteServerState.Confirmed ? Timers.T4 : Timers.TransactionTimeout, TransactionTimer.Linger);
        if (actions.HasFlag(Actions.Terminate)) End();
        if (actions.HasFlag(Actions.FailTimeout)) User?.OnFailed(this, new SipTimeoutException($"The final response to {Method} was not acknowledged within 64*T1."));
        if (actions.HasFlag(Actions.FailTransport)) User?.OnFailed(this, new SipTransportException($"The flow {Flow} failed."));
        if (actions.HasFlag(Actions.Terminate)) User?.OnEnded(this);
        if (refused is not null && !IsEnded) Step(ServerInput.TransportFailed, null);
    }

    private SipTransportException? SendResponse(SipResponse response)
    {
        if (response.IsFinal) IsAnswered = true;
        Shard.Engine.Metrics.Responded(response.StatusCode);
        var refused = Transmit(response, _responseFlow);
        if (refused is null || !IsReliable || response.StatusCode == 100) return refused;
        Shard.Core.SendBack(response, _responseFlow, Request.Headers.Via!.Port ?? (Flow.Protocol == SipTransportProtocol.Tls ? 5061 : 5060));
        return null;
    }

    /// <summary>Timer G doubles up to T2 (RFC 3261 §17.2.1).</summary>
    private TimeSpan NextInterval()
    {
        RepeatInterval = RepeatInterval == TimeSpan.Zero ? Timers.T1 : RepeatInterval * 2;
        if (RepeatInterval > Timers.T2) RepeatInterval = Timers.T2;
        return RepeatInterval;
    }

    private void End()
    {
        IsEnded = true;
        StopTimers();
        Shard.Servers.Remove(this);
    }
}
