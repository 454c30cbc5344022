using ModernSip.Authentication;
using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>One request of the application: the way to its next hop, its transactions, the challenges in between, its cancelling.</summary>
/// <remarks>Lives on the shard of its Call-ID. Only looking up, connecting and asking for credentials happen elsewhere, and come back by post.</remarks>
internal sealed class OutgoingRequest : IClientTransactionUser
{
    private readonly SendingContext _context;
    private readonly IRequestUser _user;
    private readonly ChallengeHistory _history = new();
    private readonly CancellationTokenRegistration _closing;
    private SipRequest _template;
    private ClientTransaction? _current;
    private readonly SipUri? _strictRouter;
    private SipFlow? _flow;
    private ShardTimer? _cancelTimer;
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
        _closing = context.Period.Ended.UnsafeRegister(static state => ((OutgoingRequest)state!).PostClosed(), this);
    }

    public Shard Shard { get; }

    /// <summary>The request as it was last sent; before, as it will be.</summary>
    public SipRequest Request => _current?.Request ?? _template;

    public SipFlow? Flow => _flow;

    private ConnectionContext Connection => _context.Connection;

    /// <summary>Sends a request that has everything but Via and Contact. Returns at once.</summary>
    /// <param name="context">On whose behalf.</param>
    /// <param name="request">The request.</param>
    /// <param name="user">Is told what comes of it.</param>
    /// <param name="strictRouter">The next hop where a strict router stands there, which takes its own Route value away; null to go by the request.</param>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive since the sender was made.</exception>
    public static OutgoingRequest Start(SendingContext context, SipRequest request, IRequestUser user, SipUri? strictRouter = null)
    {
        context.Period.ThrowIfEnded();
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
        if (response.IsProvisional)
        {
            _user.OnResponse(this, response, flow);
            if (_cancelWanted) SendCancel();
            return;
        }

        if (response.StatusCode is 401 or 407 && !_cancelWanted && !_context.IsForwarding && ReferenceEquals(transaction, _current))
        {
            _current = null;
            MeetChallenge(transaction.Request, response);
            return;
        }

        _hasFinal = true;
        _cancelTimer?.Stop(); // from here on the transaction ends by itself
        if (response.IsSuccess && !Connection.Digest.Learn(transaction.Request, response, _context.Credentials)) Connection.Logger.ServerNotProved(transaction.Method.Name);
        _user.OnResponse(this, response, flow);
    }

    public void OnFailed(ClientTransaction transaction, SipException error)
    {
        if (_ended) return;
        if (transaction.IsEnded) Fail(error);
        else GiveUp(error); // a callee that rings for ever must be told
    }

    public void OnEnded(ClientTransaction transaction)
    {
        if (ReferenceEquals(transaction, _current)) End();
    }

    private void Begin()
    {
        if (_ended) return;
        if (Connection.WhyNotActive() is { } error)
        {
            Fail(error);
            return;
        }

        if (_context.KeptFlow?.For(_strictRouter ?? NextHop.Of(_template)) is { } kept)
        {
            Transmit(kept);
            return;
        }

        var resolving = Connection.AccessPoint.FindFlowAsync(_strictRouter ?? NextHop.Of(_template), Connection.Settings.DefaultTransport, _context.Period.Ended);
        if (resolving.IsCompletedSuccessfully) Transmit(resolving.Result);
        else Connection.Tasks.Own(AwaitFlowAsync(resolving));
    }

    private async Task AwaitFlowAsync(ValueTask<SipFlow> resolving)
    {
        try
        {
            var flow = await resolving.ConfigureAwait(false);
            Shard.Post(static (_, state) => { var (request, found) = ((OutgoingRequest, SipFlow))state!; request.Transmit(found); }, (this, flow));
        }
        catch (SipException exception)
        {
            PostFailure(exception);
        }
        catch (OperationCanceledException) when (_context.Period.Ended.IsCancellationRequested)
        {
            // The connection closed; its token told this request as well.
        }
#pragma warning disable CA1031 // A transport may be the application's: whatever it throws fails the request, or nobody would ever hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            PostFailure(new SipTransportException($"No flow to {NextHop.Of(_template)}: {exception.Message}", exception));
        }
    }

    private void Transmit(SipFlow flow)
    {
        if (_ended) return;
        _flow = flow;
        var attempt = _template.Copy();
        if (!_context.IsForwarding && _context.MeetsProxyChallenges) Connection.Digest.Authorize(attempt, _context.Credentials);
        _context.Complete(attempt, flow);
        var via = Connection.Engine.NewVia(flow, Connection.AccessPoint.ListeningPort(flow));
        _current = Shard.Clients.Prepare(attempt, via, flow, this);
        _current.Start();
    }

    private void MeetChallenge(SipRequest request, SipResponse challenge)
    {
        if (!(challenge.StatusCode == 401 ? _context.MeetsServerChallenges : _context.MeetsProxyChallenges))
        {
            Fail(new SipForbiddenException(challenge, "the challenger is no server of this account"));
            return;
        }

        switch (Connection.Digest.Examine(request, challenge, _context.Credentials, _history))
        {
            case ChallengeVerdict.Retry:
                Retry();
                break;
            case ChallengeVerdict.Ask ask when Connection.CredentialsProvider is { } provider:
                Connection.Tasks.Own(AskAsync(provider, ask.Missing, challenge));
                break;
            case ChallengeVerdict.Ask:
                Fail(new SipForbiddenException(challenge, "there are no credentials for it"));
                break;
            case ChallengeVerdict.GiveUp verdict:
                Fail(new SipForbiddenException(challenge, verdict.Reason.TrimEnd('.')));
                break;
        }
    }

    private async Task AskAsync(ISipCredentialsProvider provider, IReadOnlyList<SipChallenge> missing, SipResponse challenge)
    {
        try
        {
            await new ContinuationHop(Connection.Platform.Continuations); // the provider is the application's code: not on the shard
            using var turn = await Connection.AskingTurns.TakeAsync(_context.Period.Ended).ConfigureAwait(false);
            foreach (var one in missing)
            {
                if (Connection.Digest.TryReuse(one, _context.Credentials)) continue; // another request asked while this one waited

                // A provider that does not look at its token must not hold up the closing.
                var credentials = await provider.GetCredentialsAsync(one, _context.Period.Ended).AsTask().WaitAsync(_context.Period.Ended).ConfigureAwait(false);
                if (credentials is null)
                {
                    PostFailure(new SipForbiddenException(challenge, $"no credentials were given for realm '{one.Realm}'"));
                    return;
                }

                Connection.Digest.Supply(one, credentials, _context.Credentials);
            }

            Shard.Post(static (_, state) => ((OutgoingRequest)state!).Retry(), this);
        }
        catch (OperationCanceledException) when (_context.Period.Ended.IsCancellationRequested)
        {
            // The connection closed; its token told this request as well.
        }
#pragma warning disable CA1031 // The provider is the application's: whatever it throws fails the request that needed it, and reaches its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Connection.Logger.CredentialsProviderFailed(exception);
            PostFailure(new SipForbiddenException(challenge, "the credentials provider failed: " + exception.Message, exception));
        }
    }

    /// <summary>The same request with the next sequence number (RFC 3261 §22.2).</summary>
    private void Retry()
    {
        if (_ended) return;
        var cseq = _template.Headers.CSeq!.Value;
        _template = _template.Copy();
        _template.Headers.CSeq = cseq with { Number = _user.NextSequence(cseq.Number) };
        if (_flow is { IsClosed: false } flow) Transmit(flow);
        else Begin(); // the server closed the connection behind its challenge
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

    private void PostFailure(SipException error) =>
        Shard.Post(static (_, state) => { var (request, exception) = ((OutgoingRequest, SipException))state!; request.Fail(exception); }, (this, error));

    private void PostClosed() => Shard.Post(static (_, state) => ((OutgoingRequest)state!).Close(), this);

    private void Close()
    {
        if (_ended) return;
        var error = _context.Period.CreateError();
        if (_current is { IsInvite: true } && !_hasFinal) GiveUp(error);
        else Fail(error);
    }

    private void Fail(SipException error)
    {
        if (_ended) return;
        TellFailure(error);
        End();
    }

    private void TellFailure(SipException error)
    {
        if (_hasFinal) return;
        _hasFinal = true;
        _user.OnFailed(this, error);
    }

    private void End()
    {
        if (_ended) return;
        _ended = true;
        _cancelTimer?.Stop();
        _closing.Unregister();
        _user.OnEnded(this);
    }

    /// <summary>What becomes of a CANCEL matters to nobody: the INVITE's own final response tells (RFC 3261 §9.1).</summary>
    private sealed class CancelUser : IClientTransactionUser
    {
        public static CancelUser Instance { get; } = new();

        public void OnResponse(ClientTransaction transaction, SipResponse response, SipFlow flow)
        {
            // See above.
        }

        public void OnFailed(ClientTransaction transaction, SipException error)
        {
            // See above.
        }

        public void OnEnded(ClientTransaction transaction)
        {
            // See above.
        }
    }
}
