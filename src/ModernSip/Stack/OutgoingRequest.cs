using Microsoft.Extensions.Logging;
using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Overload;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;
using Polly;

namespace ModernSip.Stack;

/// <summary>One request of the application: the way to its next hop, its transactions, the challenges in between, its cancelling.</summary>
/// <remarks>Lives on the shard of its Call-ID. Only looking up, connecting and asking for credentials happen elsewhere, and come back by post.</remarks>
internal sealed class OutgoingRequest : IClientTransactionUser, IPeriodMember
{
    private readonly SendingContext _context;
    private readonly IRequestUser _user;
    private SipRequest _template;
    private ClientTransaction? _current;
    private readonly SipUri? _strictRouter;
    private SipFlow? _flow;
    private HopWay? _way;
    private TargetAttempts? _attempts;
    private ChallengeMeeting? _challenges;
    private AttemptEnding? _lastEnding;
    private List<SipNameAddress>? _former;
    private ShardTimer? _cancelTimer;
    private bool _hasProvisional;
    private bool _isRinging;
    private bool _isOnKeptFlow;
    private bool _cancelWanted;
    private bool _cancelSent;
    private bool _hasFinal;
    private bool _ended;

    private OutgoingRequest(SendingContext context, SipRequest request, IRequestUser user, Shard shard, SipUri? strictRouter)
    {
        _context = context;
        _strictRouter = strictRouter;
        _template = request;
        _user = user;
        Shard = shard;
        Activity = Diagnostics.SipActivities.IsOn ? System.Diagnostics.Activity.Current : null;
    }

    public Shard Shard { get; }

    public (IPeriodMember? Previous, IPeriodMember? Next) Neighbours { get; set; }

    public System.Diagnostics.Activity? Activity { get; }

    /// <summary>The request as it was last sent; before, as it will be.</summary>
    public SipRequest Request => _current?.Request ?? _template;

    public SipFlow? Flow => _flow;

    /// <summary>Whether nothing more is sent for it.</summary>
    public bool IsOver => _ended || _hasFinal;

    private ConnectionContext Connection => _context.Connection;

    private ShardCore Core => (ShardCore)Shard.Core;

    // What went out in a dialog over its own flow may have been heard: sent once more under its sequence number, the peer would have to refuse it.
    private bool HasNextTarget => _way?.HasNext ?? (_isOnKeptFlow && _template.Headers.To?.Tag is null);

    private Diagnostics.LadderRecorder Ladders => Connection.Engine.Ladders;

    /// <summary>A registration, and what belongs to a dialog, keeps to the server that knows of it; what is new goes where the weights of the domain say.</summary>
    private bool KeepsToServer => !_context.IsForwarding && (_template.Method == SipMethod.Register || _template.Headers.To?.Tag is not null);

    /// <summary>Sends a request that has everything but Via and Contact. Returns at once.</summary>
    /// <param name="context">On whose behalf.</param>
    /// <param name="request">The request.</param>
    /// <param name="user">Is told what comes of it.</param>
    /// <param name="strictRouter">The next hop where a strict router stands there, which takes its own Route value away; null to go by the request.</param>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive since the sender was made.</exception>
    public static OutgoingRequest Start(SendingContext context, SipRequest request, IRequestUser user, SipUri? strictRouter = null)
    {
        context.Period.ThrowIfEnded(request.Method.Name);
        var shard = context.Connection.Engine.ShardOf(request.Headers.CallId!);
        var outgoing = new OutgoingRequest(context, request, user, shard, strictRouter);
        if (!shard.Post(static (_, state) => ((OutgoingRequest)state!).Begin(), outgoing)) throw new SipConnectionClosedException("The stack has stopped.");
        return outgoing;
    }

    /// <summary>Gives an INVITE up: CANCEL goes out as soon as a provisional response allows it (RFC 3261 §9.1). From any thread.</summary>
    public void Cancel() => Shard.Post(static (_, state) => ((OutgoingRequest)state!).CancelNow(), this);

    public void OnResponse(ClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        if (_ended) return;
        Connection.AccessPoint.Overload?.Learn(flow, response.Headers.Via!);
        if (response.IsProvisional)
        {
            _hasProvisional = true;
            _isRinging |= response.StatusCode > 100;
            _user.OnResponse(this, response, flow);
            if (_cancelWanted) SendCancel();
            return;
        }

        if (Relocates(transaction, response, flow)) return;
        if (response.StatusCode is 401 or 407 or 421 or 494 && !_cancelWanted && !_context.IsForwarding && ReferenceEquals(transaction, _current))
        {
            _current = null;
            (_challenges ??= new ChallengeMeeting(this, _context)).Meet(transaction.Request, response, flow);
            return;
        }

        if (response.StatusCode is >= 500 and < 600 && ReferenceEquals(transaction, _current))
        {
            NoteFailure(response);
            if (TryAnotherTarget(new AttemptEnding(Outcome.FromResult(response), flow, HasNextTarget))) return;
        }
        else
        {
            _way?.Served();
        }

        if (response.IsSuccess && !Connection.Digest.Learn(transaction.Request, response, _context.Credentials)) Connection.Logger.ServerNotProved(transaction.Method.Name);
        Deliver(response, flow);
    }

    public void OnFailed(ClientTransaction transaction, SipException error)
    {
        if (_ended) return;
        if (!transaction.IsEnded) GiveUp(error); // a callee that rings for ever must be told
        else if (!ReferenceEquals(transaction, _current)) return; // one that was left before
        else if (_hasFinal || (error is SipTimeoutException ? _hasProvisional : _isRinging)) Fail(error); // the target had taken it up: nobody else is asked
        else FailAttempt(error);
    }

    public void OnEnded(ClientTransaction transaction)
    {
        if (ReferenceEquals(transaction, _current)) End();
    }

    /// <summary>Sends the request to the next of its targets. On the shard.</summary>
    public void SendToNextTarget()
    {
        (_hasProvisional, _isRinging) = (false, false);
        if (_lastEnding is not null && !HasNextTarget) _way = null; // a policy that goes on all the same begins again
        var hop = _strictRouter ?? NextHop.Of(_template);
        if (_lastEnding is null && _context.KeptFlow?.For(hop) is { } kept)
        {
            _isOnKeptFlow = true;
            Transmit(kept, isChosen: true);
            return;
        }

        _isOnKeptFlow = false;
        try
        {
            _way ??= Connection.AccessPoint.FindWay(hop, Connection.Settings.DefaultTransport, KeepsToServer);
        }
        catch (SipException exception)
        {
            FailAttempt(exception);
            return;
        }

        Await(_way.NextAsync(_context.Period.Ended));
    }

    /// <summary>The policy waits no longer for the target, unless it has answered already. On the shard.</summary>
    /// <returns>Whether the target was left.</returns>
    public bool TryLeaveTarget(out bool hasNext)
    {
        hasNext = HasNextTarget;
        if (IsOver || _hasProvisional) return false;
        _way?.Failed();
        var left = _current;
        _current = null;
        left?.Abandon();
        return true;
    }

    /// <summary>The policy has decided: this is what the request comes to. On the shard.</summary>
    public void Conclude(Outcome<SipResponse> outcome, SipFlow? flow)
    {
        if (IsOver) return;
        if (outcome.Result is not { } response)
        {
            Fail(outcome.Exception as SipException ?? new SipTransportException("The failover policy gave no outcome.", outcome.Exception));
            return;
        }

        Deliver(response, flow ?? _flow ?? throw new InvalidOperationException("A response came before anything was sent."));
        End();
    }

    private void Begin()
    {
        if (_ended) return;
        Core.Members.Add(this);
        if (_context.Period.HasEnded) Close();
        else if (Connection.WhyNotActive() is { } error) Fail(error);
        else if (Connection.Settings.Failover is { } policy) _attempts = TargetAttempts.Run(this, _context, policy);
        else SendToNextTarget();
    }

    private void Await(ValueTask<SipFlow?> finding, bool isChosen = false)
    {
        if (finding.IsCompletedSuccessfully) Go(finding.Result, isChosen);
        else Connection.Tasks.Own(AwaitFlowAsync(finding, isChosen));
    }

    private async Task AwaitFlowAsync(ValueTask<SipFlow?> finding, bool isChosen)
    {
        try
        {
            var flow = await finding.ConfigureAwait(false);
            Shard.Post(static (_, state) => { var (request, found, chosen) = ((OutgoingRequest, SipFlow?, bool))state!; request.Go(found, chosen); }, (this, flow, isChosen));
        }
        catch (SipException exception)
        {
            PostAttemptFailure(exception);
        }
        catch (OperationCanceledException) when (_context.Period.Ended.IsCancellationRequested)
        {
            // The connection closed; its token told this request as well.
        }
#pragma warning disable CA1031 // A transport may be the application's: whatever it throws fails the attempt, or nobody would ever hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            PostAttemptFailure(new SipTransportException($"No flow to {NextHop.Of(_template)}: {exception.Message}", exception));
        }
    }

    private void Go(SipFlow? flow, bool isChosen)
    {
        if (flow is not null)
        {
            if (Ladders.IsOn && _way is not null) NoteWay(flow);
            Transmit(flow, isChosen);
        }
        else if (_lastEnding is { } last && !_ended)
        {
            // What looked like one more target was none.
            if (_attempts?.TryEnd(last with { HasNext = false }) != true) Conclude(last.Outcome, last.Flow);
        }
    }

    private void Transmit(SipFlow flow, bool isChosen)
    {
        if (IsOver) return;
        _flow = flow;
        var attempt = _template.Copy();
        if (!_context.IsForwarding && _context.MeetsProxyChallenges)
        {
            Connection.Digest.Authorize(attempt, _context.Credentials);
            Connection.Tokens.Authorize(attempt, _context.Credentials, IsSecure(flow));
        }

        _context.Complete(attempt, flow);
        if (!_context.IsForwarding) Connection.Security.Apply(attempt, NextHop.Of(attempt), _context.OffersSecurityAgreement, IsSecure(flow), list => Connection.Digest.Prove(attempt, _context.Credentials, list));
        if (_former is not null) AddFormer(attempt);
        var via = Connection.NewVia(flow);
        if (!isChosen && !flow.IsReliable && _way is { } way && attempt.GetWrittenLength() + via.Text.Length > Connection.Settings.LargestDatagramRequest)
        {
            Await(way.StreamAsync(flow, 4 * Connection.Engine.Timers.T1, _context.Period.Ended), isChosen: true); // RFC 3261 §18.1.1
            return;
        }

        if (Connection.AccessPoint.Overload is { } overload)
        {
            if (!overload.Admits(flow, attempt))
            {
                Spare(attempt, flow);
                return;
            }

            via = OverloadControl.Announce(via);
        }

        _current = Shard.Clients.Prepare(attempt, via, flow, this);
        _current.Start();
    }

    /// <summary>Where a name led to. An address that the request names itself needs no word.</summary>
    private void NoteWay(SipFlow flow)
    {
        var hop = _strictRouter ?? NextHop.Of(_template);
        if (!System.Net.IPAddress.TryParse(hop.Host, out _)) Ladders.Note(_template.Headers.CallId, $"{hop.Host} leads to {flow.RemoteEndPoint} over {flow.Protocol.ToViaToken()}");
    }

    /// <summary>Whether a flow is TLS, by itself or under a web socket.</summary>
    public static bool IsSecure(SipFlow flow) => flow.Protocol is SipTransportProtocol.Tls or SipTransportProtocol.Wss;

    /// <summary>The server has too much to do and is spared the request, which counts as answered with 503 (RFC 7339 §5.8).</summary>
    private void Spare(SipRequest attempt, SipFlow flow)
    {
        var refusal = attempt.CreateResponse(SipStatus.ServiceUnavailable, "Overload Control");
        if (TryAnotherTarget(new AttemptEnding(Outcome.FromResult(refusal), flow, HasNextTarget))) return;
        Deliver(refusal, flow);
        End();
    }

    /// <summary>One target did not work out.</summary>
    private void FailAttempt(SipException error)
    {
        if (_ended) return;
        if (error is not SipResolutionException) _way?.Failed();
        if (!TryAnotherTarget(new AttemptEnding(Outcome.FromException<SipResponse>(error), null, HasNextTarget))) Fail(error);
    }

    private void NoteFailure(SipResponse response)
    {
        if (response.Status == SipStatus.ServiceUnavailable) _way?.Failed(response.Headers.Get(SipHeaderNames.RetryAfter)?.Seconds);
    }

    /// <summary>Leaves it to the policy what follows a failure. Where there is neither another target nor a policy of the application's, there is nothing to decide.</summary>
    private bool TryAnotherTarget(AttemptEnding ending)
    {
        if (_cancelWanted || _hasFinal) return false;
        if (_attempts is null && !(ending.HasNext && FailoverPolicy.IsTargetFailure(ending.Outcome))) return false;
        _current = null;
        _lastEnding = ending;
        if (Ladders.IsOn) Ladders.Note(_template.Headers.CallId, $"{_template.Method} failed at {(_flow is null ? "this target" : _flow.RemoteEndPoint)}: {ending.Outcome.Exception?.Message ?? ending.Outcome.Result?.Status.ToString()}; {(ending.HasNext ? "the next target is tried" : "there is no other target")}");
        if (Connection.Logger.IsEnabled(LogLevel.Information)) Connection.Logger.TargetFailed(_template.Method.Name, _flow?.RemoteEndPoint, ending.Outcome.Exception?.Message ?? ending.Outcome.Result?.Status.ToString() ?? "no answer");
        if (_attempts is not null) return _attempts.TryEnd(ending);
        _attempts = TargetAttempts.Run(this, _context, FailoverPolicy.Default, ending);
        return true;
    }

    /// <summary>
    /// Looks at where the peer saw the request come from. A registrar that saw another address than the Contact names has bound what it cannot reach:
    /// it is told anew, once, and the former binding is taken back.
    /// </summary>
    private bool Relocates(ClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        if (_context.IsForwarding || !transaction.Request.Headers.Contains("Contact")) return false;
        var told = Connection.ContactUri(flow, null);
        if (!Connection.PublicAddresses.Learn(flow, response.Headers.Via!, Connection.AccessPoint.ListeningPort(flow))) return false;
        if (!response.IsSuccess || transaction.Method != SipMethod.Register || _former is not null || transaction.Request.Headers.Expires == 0) return false;
        var former = transaction.Request.Headers.GetAll(SipHeaderNames.Contact).Where(contact => contact.Uri.Host == told.Host && contact.Uri.Port == told.Port).ToList();
        if (former.Count == 0 || !ReferenceEquals(transaction, _current)) return false; // the application named an address of its own
        _former = former;
        _current = null;
        Retry();
        return true;
    }

    private void AddFormer(SipRequest attempt)
    {
        var contacts = attempt.Headers.GetAll(SipHeaderNames.Contact);
        attempt.Headers.SetAll(SipHeaderNames.Contact, [.. contacts, .. _former!.Where(former => contacts.All(contact => contact.Uri != former.Uri)).Select(static former => former.WithParameter("expires", "0"))]);
    }

    private void Deliver(SipResponse response, SipFlow flow)
    {
        _hasFinal = true;
        _way = null;
        _attempts?.TryEnd(new AttemptEnding(Outcome.FromResult(response), flow, HasNext: false));
        _cancelTimer?.Stop(); // from here on the transaction ends by itself
        _user.OnResponse(this, response, flow);
    }

    /// <summary>Sends the same request with the next sequence number (RFC 3261 §22.2). On the shard.</summary>
    public void Retry()
    {
        if (_ended) return;
        var cseq = _template.Headers.CSeq!.Value;
        _template = _template.Copy();
        _template.Headers.CSeq = cseq with { Number = _user.NextSequence(cseq.Number) };
        if (_flow is { IsClosed: false } flow) Transmit(flow, isChosen: false);
        else if (_way is { } way) Await(way.AgainAsync(_context.Period.Ended)); // the server closed the connection behind its challenge
        else SendToNextTarget();
    }

    private void CancelNow()
    {
        if (_ended || _hasFinal || _cancelWanted) return;
        _cancelWanted = true;
        if (_current is null)
        {
            // Not sent yet, or challenged and not sent again: there is nothing to cancel.
            _hasFinal = true;
            _user.OnUnsent(this);
            End();
            return;
        }

        SendCancel();
    }

    /// <summary>The user hears that nothing will come of it, and the peer as soon as it may.</summary>
    private void GiveUp(SipException error)
    {
        TellFailure(error);
        _cancelWanted = true;
        SendCancel();
    }

    private void SendCancel()
    {
        if (_cancelSent || _current is not { IsInvite: true, IsProceeding: true } invite) return;
        _cancelSent = true;
        var cancel = new SipRequest(SipMethod.Cancel, invite.Request.RequestUri);
        cancel.Headers.CopyFrom(invite.Request.Headers, SipHeaderNames.Route);
        cancel.Headers.CopyFrom(invite.Request.Headers, SipHeaderNames.From);
        cancel.Headers.CopyFrom(invite.Request.Headers, SipHeaderNames.To);
        cancel.Headers.CopyFrom(invite.Request.Headers, SipHeaderNames.CallId);
        cancel.Headers.CSeq = new SipCSeq(invite.Request.Headers.CSeq!.Value.Number, SipMethod.Cancel);
        cancel.Headers.MaxForwards = 70;
        Shard.Clients.Prepare(cancel, invite.Request.Headers.Via!, invite.Flow, CancelUser.Instance).Start();
        _cancelTimer = new ShardTimer(Shard, OnCancelUnanswered);
        _cancelTimer.Start(Connection.Engine.Timers.TransactionTimeout);
    }

    /// <summary>A peer that answers the CANCEL and never the INVITE: after 64*T1 the INVITE counts as cancelled (RFC 3261 §9.1).</summary>
    private void OnCancelUnanswered()
    {
        if (_ended) return;
        if (!_hasFinal)
        {
            TellFailure(new SipTimeoutException($"INVITE to {_template.RequestUri}: no final response within 64*T1 of its CANCEL."));
            _cancelTimer!.Start(Connection.Engine.Timers.TransactionTimeout); // as long again for a 2xx after all: it would leave the callee in a session alone
            return;
        }

        _current?.Abandon();
        End();
    }

    private void PostAttemptFailure(SipException error) =>
        Shard.Post(static (_, state) => { var (request, exception) = ((OutgoingRequest, SipException))state!; request.FailAttempt(exception); }, (this, error));

    public void PostFailure(SipException error) =>
        Shard.Post(static (_, state) => { var (request, exception) = ((OutgoingRequest, SipException))state!; request.Fail(exception); }, (this, error));

    public void OnPeriodEnded(ActivePeriod period)
    {
        if (ReferenceEquals(period, _context.Period)) Close();
    }

    private void Close()
    {
        if (_ended) return;
        var error = _context.Period.CreateError();
        if (_current is { IsInvite: true } && !_hasFinal) GiveUp(error);
        else Fail(error);
    }

    public void Fail(SipException error)
    {
        if (_ended) return;
        TellFailure(error);
        End();
    }

    private void TellFailure(SipException error)
    {
        if (_hasFinal) return;
        Ladders.Note(_template.Headers.CallId, error.Message);
        _hasFinal = true;
        _user.OnFailed(this, error.Concerning(_template.Method.Name, _template.RequestUri));
    }

    private void End()
    {
        if (_ended) return;
        _ended = true;
        _cancelTimer?.Stop();
        _attempts?.Stop();
        Core.Members.Remove(this);
        _user.OnEnded(this);
    }
}
