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
    private OutgoingInvite? _invite; // null once it is over and only the session is left, which may last for hours
    private CallLeg? _settled;

    private OutgoingCall(SendingContext context, OutgoingInvite invite)
    {
        _context = context;
        _invite = invite;
        invite.Call = this;
    }

    /// <summary>Ends when it is known whether there is a session.</summary>
    public Task Answered => Invite?.Answered.Task ?? Task.CompletedTask;

    /// <summary>The dialog that the application goes on with: that of the first 2xx.</summary>
    public CallLeg? Chosen => Invite is { } invite ? invite.Chosen : _settled;

    /// <summary>The early dialog with the first callee that rings; null before, and once the call is answered.</summary>
    public CallLeg? Early => Invite?.Early;

    /// <summary>Whether the INVITE has no final response yet.</summary>
    public bool IsUnderWay => Invite?.IsUnderWay == true;

    private OutgoingInvite? Invite => Volatile.Read(ref _invite);

    /// <summary>Sends the INVITE that is to make a session.</summary>
    /// <param name="context">On whose behalf.</param>
    /// <param name="invite">The INVITE.</param>
    /// <param name="followsRedirects">Whether to go after the contacts of a 3xx.</param>
    /// <param name="responses">Its responses.</param>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static OutgoingCall Start(SendingContext context, SipRequest invite, bool followsRedirects, out ResponseStream responses)
    {
        context.Period.ThrowIfEnded();
        var outgoing = new OutgoingInvite(context, context.Connection.Engine.ShardOf(invite.Headers.CallId!), invite.Content, existing: null);
        var attempts = new InviteAttempts(invite, context.Connection.Settings.Session, followsRedirects);
        var held = new OutgoingCall(context, outgoing);
        responses = outgoing.Responses;
        var isPosted = outgoing.Shard.Post(static (_, state) => { var (call, first) = ((OutgoingInvite, InviteAttempts))state!; call.Begin(first); }, (outgoing, attempts));
        return isPosted ? held : throw new SipConnectionClosedException("The stack has stopped.");
    }

    /// <summary>Sends an INVITE in a leg's dialog.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static OutgoingCall StartInDialog(CallLeg leg, SipContent? offer, out ResponseStream responses)
    {
        var context = leg.DialogContext;
        context.Period.ThrowIfEnded();
        var outgoing = new OutgoingInvite(context, leg.Shard, offer, leg);
        var call = new OutgoingCall(context, outgoing);
        responses = outgoing.Responses;
        return call.Post(static invite => invite.SendInDialog()) ? call : throw new SipConnectionClosedException("The stack has stopped.");
    }

    /// <summary>Gives up; the application hears no more of it. From any thread.</summary>
    public void CancelAndLeave(CancellationToken cancellationToken)
    {
        Invite?.Responses.Complete(new OperationCanceledException(cancellationToken));
        Post(static invite => invite.Leave());
    }

    /// <summary>Sends CANCEL as soon as that is allowed; the stream goes on to the 487. From any thread.</summary>
    public void Cancel() => Post(static invite => invite.CancelNow());

    /// <summary>The application asks for more behind a response: what it did not acknowledge is acknowledged for it. From any thread.</summary>
    public void MovedOn(SipResponse response)
    {
        if (Invite is not { } call || (!response.IsSuccess && ReliableReception.NumberOf(response) is null)) return;
        call.Shard.Post(static (_, state) => { var (invite, answered) = ((OutgoingInvite, SipResponse))state!; invite.AcknowledgeUnanswered(answered); }, (call, response));
    }

    /// <summary>The application awaited the final response alone: there is no loop to leave, and no second session to take. From any thread.</summary>
    public void FinalSeen() => Post(static invite => invite.Leave());

    /// <summary>How the call ends: as the session does that it made, or without one.</summary>
    public async Task<SipDialogOutcome> EndAsync()
    {
        if (Invite is not { } invite) return await _settled!.Outcome.Task.ConfigureAwait(false); // one of the two is there
        await invite.Answered.Task.ConfigureAwait(false);
        return await (invite.Chosen is { } leg ? leg.Outcome.Task : invite.Outcome.Task).ConfigureAwait(false);
    }

    /// <summary>Another INVITE follows. From any thread.</summary>
    public void AcknowledgeDelivered() => Post(static invite => invite.AcknowledgeDelivered());

    /// <summary>The application has left the stream. From any thread.</summary>
    public void Left() => Post(static invite => invite.Leave());

    /// <summary>The application wants neither the INVITE nor the session that it may have made meanwhile. From any thread.</summary>
    public void HangUp()
    {
        if (Invite is not null) Post(static invite => invite.LeaveAndEnd());
        else _settled!.Shard.Post(static (_, state) => ((CallLeg)state!).Bye(), _settled); // one of the two is there
    }

    /// <summary>The INVITE is over, and has made this session or changed it: nothing is left to be acknowledged, and no fork can come. On the shard.</summary>
    public void Settle(CallLeg leg)
    {
        _settled = leg;
        Volatile.Write(ref _invite, null);
    }

    /// <summary>Sends the application's ACK. From any thread; completes when it is on its way.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task AcknowledgeAsync(SipResponse response, SipContent? answer)
    {
        _context.Period.ThrowIfEnded();
        if (Invite is not { } call) return Task.CompletedTask;
        var done = new Completion<bool>(_context.Connection.Platform.Continuations);
        var isPosted = call.Shard.Post(
            static (_, state) =>
            {
                var (invite, success, body, completion) = ((OutgoingInvite, SipResponse, SipContent?, Completion<bool>))state!;
                invite.AcknowledgeNow(success, body, completion);
            },
            (call, response, answer, done));
        if (!isPosted) done.Fail(new SipConnectionClosedException("The stack has stopped."));
        return done.Task;
    }

    /// <summary>Sends the application's PRACK. From any thread.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<ResponseStream> AcknowledgeReliableAsync(SipResponse response, SipContent? content)
    {
        _context.Period.ThrowIfEnded();
        if (Invite is not { } call) return Task.FromException<ResponseStream>(OutgoingInvite.CreateAcknowledgedError());
        var done = new Completion<ResponseStream>(_context.Connection.Platform.Continuations);
        var isPosted = call.Shard.Post(
            static (_, state) =>
            {
                var (invite, provisional, body, completion) = ((OutgoingInvite, SipResponse, SipContent?, Completion<ResponseStream>))state!;
                invite.AcknowledgeReliableNow(provisional, body, completion);
            },
            (call, response, content, done));
        if (!isPosted) done.Fail(new SipConnectionClosedException("The stack has stopped."));
        return done.Task;
    }

    /// <summary>Hands the session of a 2xx to the application, which ends it then. From any thread.</summary>
    /// <returns>The leg; null when the 2xx made none, or the stack has ended it.</returns>
    public Task<CallLeg?> TakeAsync(SipResponse response)
    {
        if (Invite is not { } call) return Task.FromResult(response.Headers.To?.TagOctets.SequenceEqual(_settled!.Dialog.Id.RemoteTagOctets) == true && !_settled.IsEnded ? _settled : null);
        var taken = new Completion<CallLeg?>(_context.Connection.Platform.Continuations);
        var isPosted = call.Shard.Post(
            static (_, state) =>
            {
                var (invite, success, completion) = ((OutgoingInvite, SipResponse, Completion<CallLeg?>))state!;
                completion.Set(invite.Take(success));
            },
            (call, response, taken));
        if (!isPosted) taken.Set(null);
        return taken.Task;
    }

    /// <returns>False when the stack has stopped. What is over has nothing left to do.</returns>
    private bool Post(Action<OutgoingInvite> work) =>
        Invite is not { } call || call.Shard.Post(static (_, state) => { var (invite, act) = ((OutgoingInvite, Action<OutgoingInvite>))state!; act(invite); }, (call, work));
}
