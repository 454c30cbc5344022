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
    private const int TagLength = 16;

    private readonly SipFlow _responseFlow;
    private InviteServerState _inviteState;
    private NonInviteServerState _nonInviteState;
    private string? _localTag;

    public ServerTransaction(Shard shard, SipRequest request, SipFlow flow, in TransactionKey key)
        : base(shard, request, flow)
    {
        Identity = new ServerIdentity(key, MergeKey.Of(request), request.Headers.CSeq!.Value.Number);
        _responseFlow = ResponseFlow(request.Headers.Via!, flow);
    }

    /// <summary>What it is found by; outlives the request.</summary>
    public ServerIdentity Identity { get; }

    /// <summary>Who answers; set by the core while it handles the request.</summary>
    public IServerTransactionUser? User { get; set; }

    /// <summary>The tag that every response above 100 carries, unless the request has one already (RFC 3261 §8.2.6.2).</summary>
    public string LocalTag => _localTag ??= (HasRequest ? Request.Headers.To!.Tag : null) ?? Shard.Engine.Random.NextToken(TagLength);

    /// <summary>Whether the final response was given.</summary>
    public bool IsAnswered { get; private set; }

    public void Start()
    {
        BeginActivity(System.Diagnostics.ActivityKind.Server, parent: null);
        Actions actions;
        if (IsInvite) (_inviteState, actions) = InviteServerMachine.Start(IsReliable);
        else (_nonInviteState, actions) = NonInviteServerMachine.Start(IsReliable);
        Perform(actions & ~Actions.Deliver, null);
    }

    /// <summary>Sends a response. The To tag is added where it is missing.</summary>
    /// <returns>Whether the response is legal now; a second final one is not.</returns>
    public bool Respond(SipResponse response)
    {
        if (!HasRequest || (IsAnswered && !IsInvite)) return false; // the answer was given
        if (response.StatusCode > 100) AddTag(response);
        var input = response.Status switch
        {
            { IsProvisional: true } => ServerInput.SendProvisional,
            { IsSuccess: true } => ServerInput.SendSuccess,
            _ => ServerInput.SendFailure,
        };
        var isLegal = !Step(input, response).Has(Actions.NotAllowed);
        if (_nonInviteState == NonInviteServerState.Completed && !IsInvite)
        {
            LetGo();
            User = null;
        }

        return isLegal;
    }

    /// <summary>Sends a response of the stack's own making, in the application's place, which those can see who watch (G4).</summary>
    /// <param name="response">The response.</param>
    /// <param name="reason">Why, in a fixed phrase.</param>
    public bool Answer(SipResponse response, string reason)
    {
        if (!IsAnswered) Shard.Engine.ReportAnswer(Request, Flow, response.StatusCode, reason); // before: a final answer lets go of the request
        return Respond(response);
    }

    /// <summary>Refuses the request and forgets it: for what comes when there is too much to do already (RFC 3261 §8.2.7).</summary>
    /// <param name="reason">Why, in a fixed phrase.</param>
    public void Refuse(string reason)
    {
        Shard.Engine.RefuseStateless(Request, Flow, reason);
        EndActivity(SipStatus.ServiceUnavailable.Code);
        End();
    }

    /// <summary>The same with a response made from a status alone.</summary>
    public bool Answer(SipStatus status, string reason) => Answer(Request.CreateResponse(status), reason);

    /// <summary>Sends a response made from a status alone.</summary>
    public bool Respond(SipStatus status, string? reasonPhrase = null) => Respond(Request.CreateResponse(status, reasonPhrase));

    /// <summary>The 2xx to an INVITE was acknowledged: what may still come, repeats, is absorbed without the request and without an answer.</summary>
    public void Settle()
    {
        LetGo();
        ForgetStored();
        User = null;
    }

    public void Repeated() => Step(ServerInput.Request, null);

    /// <summary>Takes an ACK with the INVITE's branch. To a 2xx it goes up: some peers give it no branch of its own (RFC 3261 §17.2.3).</summary>
    public void Acknowledged(SipRequest ack, SipFlow flow)
    {
        if (Step(ServerInput.Ack, null).Has(Actions.Deliver)) Shard.Core.OnAck(ack, flow);
    }

    public void FlowFailed() => Step(ServerInput.TransportFailed, null);

    /// <summary>
    /// Whether a CANCEL with the INVITE's branch has its Call-ID, From tag and sequence number, too (RFC 3261 §9.1): whoever guessed or saw the branch alone
    /// cancels nothing. One that is answered has nothing left to lose.
    /// </summary>
    public bool IsCancelledBy(SipRequest cancel)
    {
        if (!HasRequest) return true;
        var (own, other) = (Request.Headers, cancel.Headers);
        return own.CSeq!.Value.Number == other.CSeq!.Value.Number && own.CallId == other.CallId && own.From!.TagOctets.SequenceEqual(other.From!.TagOctets);
    }

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
        if (actions.Has(Actions.StopTrying)) Stop(TransactionTimer.Trying);
        if (actions.Has(Actions.StopRetransmit)) StopRepeat();
        if (actions.Has(Actions.StopTimeout)) Stop(TransactionTimer.Timeout);
        if (actions.Has(Actions.Send)) refused = SendResponse(response!);
        if (actions.Has(Actions.SendTrying)) refused = SendResponse(CreateTrying());
        if (actions.Has(Actions.Resend)) refused = Retransmit(_responseFlow);
        if (actions.Has(Actions.StartTrying)) Start(TransactionTimer.Trying, IsInvite ? Timers.TryingDelay : Timers.LateTryingDelay);
        if (actions.Has(Actions.StartRetransmit)) StartRepeat(NextInterval());
        if (actions.Has(Actions.StartTimeout)) Start(TransactionTimer.Timeout, IsInvite ? Timers.TransactionTimeout : Timers.TransactionTimeout - Timers.LateTryingDelay);
        if (actions.Has(Actions.StartLinger)) Start(TransactionTimer.Linger, IsInvite && _inviteState == InviteServerState.Confirmed ? Timers.T4 : Timers.TransactionTimeout);
        if (actions.Has(Actions.Terminate)) End();
        if (actions.Has(Actions.FailTimeout)) User?.OnFailed(this, new SipTimeoutException($"The final response to {Method} was not acknowledged within 64*T1."));
        if (actions.Has(Actions.FailTransport)) User?.OnFailed(this, new SipTransportException($"The flow {Flow} failed."));
        if (actions.Has(Actions.Terminate)) User?.OnEnded(this);
        if (refused is not null && !IsEnded) Step(ServerInput.TransportFailed, null);
    }

    private SipTransportException? SendResponse(SipResponse response)
    {
        if (response.IsFinal)
        {
            IsAnswered = true;
            EndActivity(response.StatusCode);
        }

        Shard.Engine.Metrics.Responded(response.StatusCode);
        var keeping = response.Status switch
        {
            { IsProvisional: true } => Keeping.Message, // until the next one
            { IsSuccess: true } when IsInvite => Keeping.Nothing, // its user repeats it (RFC 6026 §7.1)
            _ => Keeping.Octets,
        };
        var refused = Transmit(response, _responseFlow, keeping);
        if (refused is null || !IsReliable || response.StatusCode == 100) return refused;
        Shard.Core.SendBack(response, _responseFlow, Request.Headers.Via!.Port ?? (Flow.Protocol == SipTransportProtocol.Tls ? 5061 : 5060), IsInvite ? null : Timers.SendBackLimit);
        return null;
    }

    /// <summary>The 100 tells when the request was sent, and how long it has waited here since (RFC 3261 §8.2.6.1).</summary>
    private SipResponse CreateTrying()
    {
        var trying = Request.CreateResponse(SipStatus.Trying);
        if (Request.Headers.TryGet(SipHeaderNames.Timestamp, out var sent)) trying.Headers.Set(SipHeaderNames.Timestamp, sent with { Delay = (decimal)(IsInvite ? Timers.TryingDelay : Timers.LateTryingDelay).TotalSeconds });
        return trying;
    }

    private void AddTag(SipResponse response)
    {
        if (!response.Headers.LacksToTag) return;
        Span<byte> tag = stackalloc byte[TagLength];
        if (_localTag is null && response.IsFinal && (Method == SipMethod.Options || Method == SipMethod.Message || Method == SipMethod.Register))
        {
            Shard.Engine.Random.FillToken(tag); // it makes no dialog, so nobody will ask for the tag
            response.Headers.AddToTag(tag);
        }
        else
        {
            response.Headers.AddToTag(System.Text.Encoding.ASCII.GetBytes(LocalTag));
        }
    }

    /// <summary>Timer G doubles up to T2 (RFC 3261 §17.2.1).</summary>
    private TimeSpan NextInterval()
    {
        var interval = RepeatInterval == TimeSpan.Zero ? Timers.T1 : RepeatInterval * 2;
        return interval > Timers.T2 ? Timers.T2 : interval;
    }

    private void End()
    {
        IsEnded = true;
        EndActivity("abandoned");
        StopTimers();
        Shard.Servers.Remove(this);
    }
}
