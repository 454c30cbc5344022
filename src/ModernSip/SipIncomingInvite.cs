using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>An INVITE from a peer: ring, then accept or reject. The stack sends the 100, answers CANCEL, and repeats the answer until its ACK.</summary>
public sealed class SipIncomingInvite : SipIncomingRequest
{
    private readonly bool _replaces;
    private IncomingCall? _call; // null once it is a session that goes on
    private SipInviteDialog? _dialog;

    internal SipIncomingInvite(IncomingRequest incoming)
        : base(incoming) => (_call, _replaces) = (new IncomingCall(incoming), incoming.Replacement is not null);

    /// <summary>
    /// The dialog with the caller: early from the first provisional response, and the one that <see cref="AcceptAsync(SipContent?, CancellationToken)"/>
    /// confirms. Null before the first response.
    /// </summary>
    public SipInviteDialog? Dialog
    {
        get
        {
            if (Volatile.Read(ref _dialog) is { } made) return made;
            if (Volatile.Read(ref _call) is not { Leg: { } leg } call) return Volatile.Read(ref _dialog);
            return Interlocked.CompareExchange(ref _dialog, new SipInviteDialog(call.Context, call.Request, leg), null) ?? _dialog;
        }
    }

    /// <summary>
    /// The dialog of this connection that the caller wants to take the place of (RFC 3891), which is there and up. Accepting the INVITE ends it with BYE,
    /// rejecting leaves it as it is. Null where the caller wants none replaced.
    /// </summary>
    /// <remarks>Whether the caller may do that is the application's to judge, for example by who it is.</remarks>
    public SipCallIdValue? Replaces => !_replaces ? null : Request.Headers.Get(Messages.Headers.SipHeaderNames.Replaces);

    /// <summary>Sends a provisional response reliably and waits until the caller acknowledges it (RFC 3262).</summary>
    /// <param name="status">101 to 199, for example <see cref="SipStatus.SessionProgress"/>.</param>
    /// <param name="content">The answer to the INVITE's offer, or an offer where the INVITE held none; null for neither.</param>
    /// <param name="cancellationToken">Stops the waiting, not the response.</param>
    /// <returns>The PRACK; it holds the answer where the response held an offer.</returns>
    /// <exception cref="ArgumentException">The status is not provisional, or the description is no legal offer or answer.</exception>
    /// <exception cref="InvalidOperationException">The caller does not support reliable responses (100rel).</exception>
    /// <exception cref="SipConnectionClosedException">The INVITE ended before; without a PRACK the stack refuses it with 500 after 64*T1.</exception>
    public Task<SipRequest> RespondReliablyAsync(SipStatus status, SipContent? content = null, CancellationToken cancellationToken = default)
    {
        if (!status.IsProvisional || status.Code == 100) throw new ArgumentException("Provisional responses from 101 to 199 can be sent reliably.", nameof(status));
        var response = Request.CreateResponse(status);
        response.Content = content;
        if (Volatile.Read(ref _call) is not { } call) return Task.FromException<SipRequest>(CreateAnsweredError());
        return call.RespondReliablyAsync(response).WaitAsync(cancellationToken);
    }

    /// <summary>Accepts the call and waits for the ACK (RFC 3261 §13.3.1.4).</summary>
    /// <param name="answer">The answer to the INVITE's offer, or an offer where the INVITE held none; the ACK then holds the answer.</param>
    /// <param name="cancellationToken">Stops the waiting; the session is then ended with BYE.</param>
    /// <returns>The session, confirmed.</returns>
    /// <exception cref="ArgumentException">The description is no legal answer, or no legal offer.</exception>
    /// <exception cref="SipConnectionClosedException">The peer cancelled, or hung up before it acknowledged, or the INVITE was answered already.</exception>
    /// <exception cref="SipTimeoutException">No ACK came within 64*T1; the session was ended.</exception>
    public Task<SipInviteDialog> AcceptAsync(SipContent? answer = null, CancellationToken cancellationToken = default)
    {
        var response = Request.CreateResponse(SipStatus.Ok);
        response.Content = answer;
        return AcceptAsync(response, cancellationToken);
    }

    /// <summary>Accepts the call with a 2xx of one's own making, see <see cref="AcceptAsync(SipContent?, CancellationToken)"/>.</summary>
    /// <param name="success">A 2xx made by <see cref="SipRequest.CreateResponse"/>.</param>
    /// <param name="cancellationToken">Stops the waiting; the session is then ended with BYE.</param>
    /// <exception cref="ArgumentException">The response is no 2xx.</exception>
    public Task<SipInviteDialog> AcceptAsync(SipResponse success, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(success);
        if (!success.IsSuccess) throw new ArgumentException("A call is accepted with a 2xx.", nameof(success));
        return AwaitAckAsync(success, static dialog => dialog, cancellationToken);
    }

    /// <summary>Accepts the call and waits for the ACK, for those who want no protocol: what the peer then sends in the call is answered.</summary>
    /// <param name="answer">The answer to the INVITE's offer, or an offer where the INVITE held none.</param>
    /// <param name="options">What the call is to do beyond the usual; null for nothing. What concerns the sending of an INVITE is left aside.</param>
    /// <param name="cancellationToken">Stops the waiting; the session is then ended with BYE.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ArgumentException">The description is no legal answer, or no legal offer.</exception>
    /// <exception cref="SipConnectionClosedException">The peer cancelled, or hung up before it acknowledged, or the INVITE was answered already.</exception>
    /// <exception cref="SipTimeoutException">No ACK came within 64*T1; the session was ended.</exception>
    public Task<SipCall> AcceptCallAsync(SipContent answer, SipCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var success = Request.CreateResponse(SipStatus.Ok);
        success.Content = answer;
        return AwaitAckAsync(success, dialog => new SipCall(dialog, options), cancellationToken);
    }

    /// <summary>Has the dialog's session told, when an answer makes one.</summary>
    internal void TellLeg(Platform.Completion<CallLeg> made) => _call!.WhenMade = made; // before any answer

    private async Task<T> AwaitAckAsync<T>(SipResponse success, Func<SipInviteDialog, T> take, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested(); // before anything is said
        if (Volatile.Read(ref _call) is not { } call) throw CreateAnsweredError();
        var isLegal = await call.AnswerAsync(success).ConfigureAwait(false);
        if (!isLegal || call.Leg is not { } leg) throw call.IsCancelled ? new SipConnectionClosedException("The peer cancelled the INVITE.") : CreateAnsweredError();
        try
        {
            var dialog = Dialog!; // there is one with the leg
            var taken = take(dialog); // before the ACK, behind which requests may follow
            await leg.Acknowledged.WaitAsync(cancellationToken).ConfigureAwait(false);
            LetGo(dialog);
            Volatile.Write(ref _call, null);
            return taken;
        }
        catch (OperationCanceledException)
        {
            leg.Shard.Post(static (_, state) => ((CallLeg)state!).Bye(), leg);
            throw;
        }
    }

    /// <summary>Rejects the call.</summary>
    /// <param name="status">
    /// 300 to 699: <see cref="SipStatus.BusyHere"/>, <see cref="SipStatus.TemporarilyUnavailable"/>; <see cref="SipStatus.BusyEverywhere"/> and
    /// <see cref="SipStatus.Decline"/> where no other place of the callee is to be tried.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting, not the response.</param>
    /// <exception cref="ArgumentException">The status is below 300.</exception>
    /// <exception cref="InvalidOperationException">A final response was given already.</exception>
    public Task RejectAsync(SipStatus status, CancellationToken cancellationToken = default)
    {
        if (status.Code < 300) throw new ArgumentException("A call is rejected with 300 to 699.", nameof(status));
        return RespondAsync(status, null, cancellationToken);
    }

    /// <summary>Sends the caller elsewhere, with 302 (RFC 3261 §21.3.3).</summary>
    /// <param name="contacts">Where to, at least one.</param>
    /// <exception cref="ArgumentException">There is no contact.</exception>
    /// <exception cref="InvalidOperationException">A final response was given already.</exception>
    public Task RedirectAsync(params IEnumerable<SipNameAddress> contacts)
    {
        var response = Request.CreateResponse(SipStatus.MovedTemporarily);
        response.Headers.SetAll(Messages.Headers.SipHeaderNames.Contact, contacts);
        if (response.Headers.Contact is null) throw new ArgumentException("A redirection names one contact at least.", nameof(contacts));
        return RespondAsync(response);
    }

    private static SipConnectionClosedException CreateAnsweredError() => new("The INVITE has its final response already.");
}
