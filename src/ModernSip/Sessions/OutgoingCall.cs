using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Sessions.Reliability;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>An INVITE of this side as the application holds it: from any thread, each wish becomes a word to the shard.</summary>
internal sealed class OutgoingCall
{
    private readonly SendingContext _context;
    private readonly OutgoingInvite _invite;

    private OutgoingCall(SendingContext context, OutgoingInvite invite)
    {
        _context = context;
        _invite = invite;
    }

    public ResponseStream Responses => _invite.Responses;

    /// <summary>Ends when it is known whether there is a session.</summary>
    public Task Answered => _invite.Answered.Task;

    /// <summary>The dialog that the application goes on with: that of the first 2xx.</summary>
    public CallLeg? Chosen => _invite.Chosen;

    /// <summary>The early dialog with the first callee that rings; null before, and once the call is answered.</summary>
    public CallLeg? Early => _invite.Early;

    /// <summary>Whether the INVITE has no final response yet.</summary>
    public bool IsUnderWay => _invite.IsUnderWay;

    private Shard Shard => _invite.Shard;

    /// <summary>Sends the INVITE that is to make a session.</summary>
    /// <param name="context">On whose behalf.</param>
    /// <param name="invite">The INVITE.</param>
    /// <param name="followsRedirects">Whether to go after the contacts of a 3xx.</param>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static OutgoingCall Start(SendingContext context, SipRequest invite, bool followsRedirects)
    {
        context.Period.ThrowIfEnded();
        var outgoing = new OutgoingInvite(context, context.Connection.Engine.ShardOf(invite.Headers.CallId!), invite.Content, existing: null);
        var attempts = new InviteAttempts(invite, context.Connection.Settings.Session, followsRedirects);
        var isPosted = outgoing.Shard.Post(static (_, state) => { var (call, first) = ((OutgoingInvite, InviteAttempts))state!; call.Begin(first); }, (outgoing, attempts));
        return isPosted ? new OutgoingCall(context, outgoing) : throw new SipConnectionClosedException("The stack has stopped.");
    }

    /// <summary>Sends an INVITE in a leg's dialog.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static OutgoingCall StartInDialog(CallLeg leg, SipContent? offer)
    {
        var context = leg.DialogContext;
        context.Period.ThrowIfEnded();
        var call = new OutgoingCall(context, new OutgoingInvite(context, leg.Shard, offer, leg));
        return call.Post(static invite => invite.SendInDialog()) ? call : throw new SipConnectionClosedException("The stack has stopped.");
    }

    /// <summary>Gives up; the application hears no more of it. From any thread.</summary>
    public void CancelAndLeave(CancellationToken cancellationToken)
    {
        _invite.Responses.Complete(new OperationCanceledException(cancellationToken));
        Post(static invite => invite.Leave());
    }

    /// <summary>Sends CANCEL as soon as that is allowed; the stream goes on to the 487. From any thread.</summary>
    public void Cancel() => Post(static invite => invite.CancelNow());

    /// <summary>The application asks for more behind a response: what it did not acknowledge is acknowledged for it. From any thread.</summary>
    public void MovedOn(SipResponse response)
    {
        if (response.IsSuccess || ReliableReception.NumberOf(response) is not null) Shard.Post(static (_, state) => { var (invite, answered) = ((OutgoingInvite, SipResponse))state!; invite.AcknowledgeUnanswered(answered); }, (_invite, response));
    }

    /// <summary>The application awaited the final response alone: there is no loop to leave, and no second session to take. From any thread.</summary>
    public void FinalSeen() => Post(static invite => invite.Leave());

    /// <summary>How the call ends: as the session does that it made, or without one.</summary>
    public async Task<SipDialogOutcome> EndAsync()
    {
        await _invite.Answered.Task.ConfigureAwait(false);
        return await (Chosen is { } leg ? leg.Outcome.Task : _invite.Outcome.Task).ConfigureAwait(false);
    }

    /// <summary>Another INVITE follows. From any thread.</summary>
    public void AcknowledgeDelivered() => Post(static invite => invite.AcknowledgeDelivered());

    /// <summary>The application has left the stream. From any thread.</summary>
    public void Left() => Post(static invite => invite.Leave());

    /// <summary>The application wants neither the INVITE nor the session that it may have made meanwhile. From any thread.</summary>
    public void HangUp() => Post(static invite => invite.LeaveAndEnd());

    /// <summary>Sends the application's ACK. From any thread; completes when it is on its way.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task AcknowledgeAsync(SipResponse response, SipContent? answer)
    {
        _context.Period.ThrowIfEnded();
        var done = new Completion<bool>(_context.Connection.Platform.Continuations);
        var isPosted = Shard.Post(
            static (_, state) =>
            {
                var (invite, success, body, completion) = ((OutgoingInvite, SipResponse, SipContent?, Completion<bool>))state!;
                invite.AcknowledgeNow(success, body, completion);
            },
            (_invite, response, answer, done));
        if (!isPosted) done.Fail(new SipConnectionClosedException("The stack has stopped."));
        return done.Task;
    }

    /// <summary>Sends the application's PRACK. From any thread.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<ResponseStream> AcknowledgeReliableAsync(SipResponse response, SipContent? content)
    {
        _context.Period.ThrowIfEnded();
        var done = new Completion<ResponseStream>(_context.Connection.Platform.Continuations);
        var isPosted = Shard.Post(
            static (_, state) =>
            {
                var (invite, provisional, body, completion) = ((OutgoingInvite, SipResponse, SipContent?, Completion<ResponseStream>))state!;
                invite.AcknowledgeReliableNow(provisional, body, completion);
            },
            (_invite, response, content, done));
        if (!isPosted) done.Fail(new SipConnectionClosedException("The stack has stopped."));
        return done.Task;
    }

    /// <summary>Hands the session of a 2xx to the application, which ends it then. From any thread.</summary>
    /// <returns>The leg; null when the 2xx made none, or the stack has ended it.</returns>
    public Task<CallLeg?> TakeAsync(SipResponse response)
    {
        var taken = new Completion<CallLeg?>(_context.Connection.Platform.Continuations);
        var isPosted = Shard.Post(
            static (_, state) =>
            {
                var (invite, success, completion) = ((OutgoingInvite, SipResponse, Completion<CallLeg?>))state!;
                completion.Set(invite.Take(success));
            },
            (_invite, response, taken));
        if (!isPosted) taken.Set(null);
        return taken.Task;
    }

    private bool Post(Action<OutgoingInvite> work) =>
        Shard.Post(static (_, state) => { var (invite, act) = ((OutgoingInvite, Action<OutgoingInvite>))state!; act(invite); }, (_invite, work));
}
