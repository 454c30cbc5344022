using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Stack.Connections;
using ModernSip.Transactions.Engine;

namespace ModernSip.Stack;

/// <summary>A request that waits for the application's answer. When none comes, the stack gives one (B5).</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class IncomingRequest : TimerNode, IServerTransactionUser, IPeriodMember
{
    private readonly ActivePeriod _period;
    private CancellationTokenSource? _cancelled; // made when it is asked for
    private int _isCancelled;
    private volatile bool _isPassedOn;

    public IncomingRequest(ServerTransaction transaction, ConnectionContext connection)
    {
        Transaction = transaction;
        Connection = connection;
        Request = transaction.Request; // the transaction lets go of it
        transaction.User = this;
        // Behind 64*T1 the peer no longer listens to the answer of anything but an INVITE (RFC 4320 §4.2).
        transaction.Shard.Schedule(this, transaction.IsInvite ? connection.Settings.RingingLimit : connection.Engine.Timers.AnswerLimit);
        _period = connection.Period;
        Members.Add(this);
        if (_period.HasEnded) transaction.Shard.Post(static (_, state) => ((IncomingRequest)state!).OnPeriodEnded(((IncomingRequest)state)._period), this); // whoever told the others did not see this one
    }

    public (IPeriodMember? Previous, IPeriodMember? Next) Neighbours { get; set; }

    public ServerTransaction Transaction { get; }

    public ConnectionContext Connection { get; }

    public SipRequest Request { get; }

    private PeriodMembers Members => ((ShardCore)Transaction.Shard.Core).Members;

    /// <summary>Fires when the peer cancels an INVITE, and when its flow or its transaction fails before the answer.</summary>
    public CancellationToken Cancelled
    {
        get
        {
            var source = Volatile.Read(ref _cancelled);
            if (source is null)
            {
                source = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _cancelled, source, null) ?? source;
            }

            if (IsCancelled) source.Cancel(); // it was fired while nobody had asked
            return source.Token;
        }
    }

    /// <summary>Whether <see cref="Cancelled"/> has fired, or will at once.</summary>
    public bool IsCancelled => Volatile.Read(ref _isCancelled) == 1;

    /// <summary>Whoever makes a session of an INVITE is told in the request's place.</summary>
    public IServerTransactionUser? Session { get; set; }

    /// <summary>The use of the dialog that it came in; null outside of dialogs.</summary>
    public IDialogUser? Usage { get; init; }

    /// <summary>Whoever has something to add to the answers: a session, a dialog.</summary>
    public IResponder? Responder { get; set; }

    /// <summary>The dialog that an INVITE takes the place of when it is accepted; null for none.</summary>
    public Replacement? Replacement { get; set; }

    /// <summary>Whether the final response was given.</summary>
    public bool IsAnswered => Transaction.IsAnswered;

    /// <summary>Answers from any thread.</summary>
    /// <returns>
    /// Whether the answer was legal: a second final one is not. A <see cref="SipConnectionClosedException"/> when the connection is closed, or has become inactive since. The task
    /// has mostly ended already, since a shard that is idle runs on the thread that posts.
    /// </returns>
    public Task<bool> RespondAsync(SipResponse response)
    {
        if (_period.HasEnded) return Task.FromException<bool>(_period.CreateError().Concerning(nameof(RespondAsync), Request.RequestUri));
        var answer = new Answer(this, response);
        if (!Transaction.Shard.Post(static (_, state) => ((Answer)state!).Give(), answer)) answer.Fail(new SipConnectionClosedException("The stack has stopped."));
        return answer.Task;
    }

    /// <summary>Answers on the shard.</summary>
    /// <returns>Whether the answer was legal: a second final one is not.</returns>
    public bool RespondNow(SipResponse response)
    {
        if (response.IsFinal) StopWaiting();
        return Transaction.Respond(response);
    }

    /// <summary>Answers by itself, in the application's place, which those can see who watch (G4). On the shard.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="reason">Why, in a fixed phrase.</param>
    public bool AnswerNow(SipResponse response, string reason)
    {
        if (!IsAnswered) Report(response.Status, reason);
        return Responder?.Respond(this, response) ?? RespondNow(response);
    }

    public void OnCancelled(ServerTransaction transaction, SipRequest cancel)
    {
        StopWaiting();
        if (Session is null && !_isPassedOn) AnswerNow(Request.CreateResponse(SipStatus.RequestTerminated), "cancelled"); // an INVITE in a dialog: its offer is off
        else if (!_isPassedOn) transaction.Answer(SipStatus.RequestTerminated, "cancelled");
        Session?.OnCancelled(transaction, cancel);
        FireCancelled();
    }

    /// <summary>
    /// The next element answers. A CANCEL is its to answer with 487 too, and an answer that it does not give in time to anything but an INVITE is given by
    /// nobody (RFC 4320 §4.2). From any thread.
    /// </summary>
    public void PassOn() => _isPassedOn = true;

    /// <summary>Answers an INVITE whose dialog ended before: the application's answer is no longer wanted. On the shard.</summary>
    public void Terminate()
    {
        if (IsAnswered) return;
        Report(SipStatus.RequestTerminated, "its dialog ended");
        RespondNow(Request.CreateResponse(SipStatus.RequestTerminated));
        FireCancelled();
    }

    public void OnFailed(ServerTransaction transaction, SipException error) => Session?.OnFailed(transaction, error);

    public void OnEnded(ServerTransaction transaction)
    {
        StopWaiting();
        Session?.OnEnded(transaction);
    }

    protected internal override void OnTimer()
    {
        if (Transaction.IsAnswered || (_isPassedOn && !Transaction.IsInvite)) return;
        Connection.Logger.Unanswered(Request.Method.Name);
        GiveUp(Transaction.IsInvite ? SipStatus.TemporarilyUnavailable : SipStatus.ServerInternalError, "the application did not answer");
    }

    /// <summary>The connection closes: no application is left that could answer.</summary>
    public void OnPeriodEnded(ActivePeriod period)
    {
        if (ReferenceEquals(period, _period)) GiveUp(SipStatus.TemporarilyUnavailable, "its connection ended");
    }

    /// <summary>Answers for an application that did not, or that cannot be waited for any longer. On the shard.</summary>
    /// <param name="status">What the peer hears.</param>
    /// <param name="reason">Why, in a fixed phrase.</param>
    public void GiveUp(SipStatus status, string reason)
    {
        if (IsAnswered) return;
        AnswerNow(Request.CreateResponse(status), reason);
        FireCancelled();
    }

    private void Report(SipStatus status, string reason) => Connection.Engine.ReportAnswer(Request, Transaction.Flow, status.Code, reason);

    private void StopWaiting()
    {
        Transaction.Shard.Unschedule(this);
        Members.Remove(this);
    }

    /// <summary>Callbacks of the token are the application's code: not on the shard.</summary>
    private void FireCancelled()
    {
        Interlocked.Exchange(ref _isCancelled, 1); // before looking for the source: whoever makes one from now on cancels it
        if (Volatile.Read(ref _cancelled) is { } source) source.PostCancel(Connection.Platform.Continuations, Connection.Logger.CancelCallbackFailed);
    }

    /// <summary>An answer of the application on its way to the shard, and back.</summary>
    private sealed class Answer(IncomingRequest request, SipResponse response) : Completion<bool>(request.Connection.Platform.Continuations)
    {
        public void Give()
        {
            try
            {
                Set(request.Responder?.Respond(request, response) ?? request.RespondNow(response));
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                Fail(exception); // the answer is not legal, and its giver's fault
            }
        }
    }
}

/// <summary>Completes an answer before it goes out. Called on the shard only.</summary>
internal interface IResponder
{
    /// <returns>Whether the answer was legal now.</returns>
    bool Respond(IncomingRequest incoming, SipResponse response);
}
