using System.Runtime.CompilerServices;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Sessions;
using ModernSip.Sessions.Conduct;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Reliability;
using ModernSip.Stack;
using ModernSip.Transfers;

namespace ModernSip;

/// <summary>A session with a peer, from the INVITE to the BYE: made by <see cref="SipConnection.CreateInviteDialog"/>, or by accepting an incoming INVITE.</summary>
/// <remarks>Safe to use from any thread. Disposing it hangs up: CANCEL while it rings, BYE once it is answered.</remarks>
public sealed class SipInviteDialog : IAsyncDisposable
{
    // The INVITE was within the stack's own limits.
    private static readonly SipMessageLimits ReadBefore = new()
    {
        MaxMessageSize = int.MaxValue, MaxHeaderSectionSize = HeaderField.LargestStart, MaxHeaderLength = 65_000, MaxHeaderCount = int.MaxValue, MaxViaCount = int.MaxValue, MaxParameterCount = int.MaxValue,
    };

    private readonly SendingContext _context;
    private OutgoingCall? _call;
    private CallLeg? _accepted;
    private SipRequest? _initialRequest;
    private readonly byte[]? _received; // a session may last for hours: the INVITE is kept as it came, and read when somebody asks

    internal SipInviteDialog(SendingContext context, SipUri remoteUri)
    {
        _context = context;
        _initialRequest = new SipRequest(SipMethod.Invite, remoteUri);
    }

    internal SipInviteDialog(SendingContext context, SipRequest invite, CallLeg leg)
    {
        _context = context;
        if (invite.ReceivedOctets is { } received) _received = received;
        else _initialRequest = invite;
        _accepted = leg;
    }

    /// <summary>The INVITE that makes the session: before it is sent, header fields may be added to it; one from the peer is given as it arrived.</summary>
    public SipRequest InitialRequest => _initialRequest ??= (SipRequest)MessageParser.Parse(_received, ReadBefore).Message!; // it was parsed before

    /// <summary>
    /// Whether the call goes on to the contacts of a 3xx, best first, each once and five targets at most (RFC 3261 §8.1.3.4). The stream shows the
    /// answers that it goes on from, too. Set before the INVITE is sent. Default: no, a 3xx is the final response.
    /// </summary>
    public bool FollowsRedirects { get; set; }

    /// <summary>The Call-ID; null before the INVITE is sent.</summary>
    public string? CallId => Leg?.Dialog.Id.CallId ?? InitialRequest.Headers.CallId;

    /// <summary>This side's tag; null before it is known.</summary>
    public string? LocalTag => Leg?.Dialog.Id.LocalTag;

    /// <summary>The peer's tag; null before it is known.</summary>
    public string? RemoteTag => Leg?.Dialog.Id.RemoteTag;

    /// <summary>Whether the session is answered and has not ended.</summary>
    public bool IsConfirmed => Leg is { IsEnded: false, Dialog.IsConfirmed: true };

    /// <summary>The last ACK from the peer that had a body: the peer's answer where this side's 2xx held the offer. Null where there is none.</summary>
    public SipRequest? Acknowledgement => Leg?.LastAck;

    /// <summary>Ends when the session has ended, and tells how; asked for before an INVITE was sent, it fails with <see cref="InvalidOperationException"/>.</summary>
    public Task<SipDialogOutcome> Completion => _accepted is { } accepted ? accepted.Outcome.Task : CompleteAsync(); // many wait for long: without a second task

    internal SipContent? LocalDescription => Leg?.Descriptions.Local is { } octets ? new SipContent(SipMediaType.Sdp, octets) : null;

    internal SipContent? RemoteDescription => Leg?.Descriptions.Remote is { } octets ? new SipContent(SipMediaType.Sdp, octets) : null;

    /// <summary>The flow that the session's INVITE came by.</summary>
    internal Transport.SipFlow FirstFlow => _accepted!.FirstFlow; // asked for where the INVITE was the peer's

    /// <summary>Another one for each step of an offer and its answer.</summary>
    internal object? Version => Leg?.Descriptions;

    internal Platform.SipContinuations Continuations => _context.Connection.Platform.Continuations;

    private CallLeg? Leg => _accepted ?? _call?.Chosen;

    private CallLeg? LegOrEarly => Leg ?? _call?.Early;

    /// <summary>Sends an INVITE: the first one makes the session, later ones change it (RFC 3261 §13.2.1, §14.1).</summary>
    /// <param name="offer">The offer; null asks the peer for one, which the ACK must then answer.</param>
    /// <param name="cancellationToken">Cancels the INVITE until its final response: CANCEL goes out and the stream throws.</param>
    /// <returns>The responses; the INVITE is already on its way.</returns>
    /// <exception cref="ArgumentException">The session description is malformed, or no legal offer (RFC 3264).</exception>
    /// <exception cref="InvalidOperationException">The session has ended, an INVITE is under way in either direction, or an offer is open.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive since the dialog was made.</exception>
    /// <exception cref="SipTransportException">The connection is suspended.</exception>
    public SipInviteTransaction SendInviteAsync(SipContent? offer = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _context.ThrowIfUnusable();
        if (Leg is { } leg) return ReinviteAsync(leg, offer, cancellationToken);
        if (_call is not null) throw new InvalidOperationException("The INVITE was sent already.");
        if (offer is not null) InitialRequest.Content = offer;
        if (SessionBody.Of(InitialRequest) is { } description) SessionDescriptions.None.CheckLocalOffer(description);
        var invite = _context.Prepare(InitialRequest);
        InitialRequest.Headers.CallId = invite.Headers.CallId;
        _call = OutgoingCall.Start(_context, invite, FollowsRedirects, out var responses);
        return new SipInviteTransaction(invite, _call, responses, cancellationToken);
    }

    /// <summary>Acknowledges a 2xx, with the answer where the 2xx held the offer (RFC 3261 §13.2.2.4).</summary>
    /// <param name="response">The 2xx from the stream.</param>
    /// <param name="answer">The answer; null where the INVITE held the offer.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The response is no 2xx to an INVITE.</exception>
    /// <exception cref="InvalidOperationException">No INVITE was sent.</exception>
    public Task SendAckAsync(SipResponse response, SipContent? answer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (!response.IsSuccess || response.Headers.CSeq?.Method != SipMethod.Invite) throw new ArgumentException("Only a 2xx to an INVITE is acknowledged.", nameof(response));
        if (_call is null) throw new InvalidOperationException("No INVITE was sent.");
        return _call.AcknowledgeAsync(response, answer).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Acknowledges a reliable provisional response (RFC 3262 §4). Without it the stack does so when the loop asks for the next response, unless the
    /// response holds an offer: that must be answered here.
    /// </summary>
    /// <param name="response">The provisional response from the stream.</param>
    /// <param name="content">The answer to its offer; or an offer, whose answer the PRACK's response holds; null for neither.</param>
    /// <param name="cancellationToken">Stops the waiting for responses, not the request.</param>
    /// <returns>The responses to the PRACK, which is already on its way.</returns>
    /// <exception cref="ArgumentException">The response is not reliable, or the description is no legal offer or answer.</exception>
    /// <exception cref="InvalidOperationException">No INVITE was sent, or the response was acknowledged already.</exception>
    public async Task<SipClientTransaction> SendPrackAsync(SipResponse response, SipContent? content = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (ReliableReception.NumberOf(response) is not { } number) throw new ArgumentException("Only a provisional response that was sent reliably is acknowledged with PRACK.", nameof(response));
        if (_call is null) throw new InvalidOperationException("No INVITE was sent.");
        var prack = new SipRequest(SipMethod.Prack, response.Headers.Contact?.Uri ?? InitialRequest.RequestUri) { Content = content };
        prack.Headers.Set(SipHeaderNames.RAck, new SipRAck(number, response.Headers.CSeq!.Value)); // a response without would not be here
        return new SipClientTransaction(prack, await _call.AcknowledgeReliableAsync(response, content).ConfigureAwait(false), cancellationToken);
    }

    /// <summary>
    /// Takes the session that another fork of the INVITE granted, to go on with both (RFC 3261 §13.2.2.4). Sessions of later forks that are not taken
    /// while their 2xx is at hand in the loop are ended by the stack when the loop ends.
    /// </summary>
    /// <param name="response">The fork's 2xx from the stream.</param>
    /// <returns>The session of its own; for the first 2xx this one.</returns>
    /// <exception cref="ArgumentException">The response made no session, or it has ended.</exception>
    /// <exception cref="InvalidOperationException">No INVITE was sent.</exception>
    public async Task<SipInviteDialog> TakeForkAsync(SipResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (_call is not { } call) throw new InvalidOperationException("No INVITE was sent.");
        var leg = await call.TakeAsync(response).ConfigureAwait(false) ?? throw new ArgumentException("The response made no session that is up.", nameof(response));
        return ReferenceEquals(leg, Leg) ? this : new SipInviteDialog(_context, InitialRequest, leg);
    }

    /// <summary>Ends the session with BYE; where it has ended already, nothing is sent (RFC 3261 §15).</summary>
    /// <param name="cancellationToken">Stops the waiting, not the BYE.</param>
    /// <returns>A task that ends when the BYE is answered, or was given up.</returns>
    /// <exception cref="InvalidOperationException">The session is not answered yet: use CancelAsync.</exception>
    public async Task SendByeAsync(CancellationToken cancellationToken = default)
    {
        if (Leg is not { } leg || (!leg.Dialog.IsConfirmed && !leg.IsEnded)) throw new InvalidOperationException("The session is not answered yet: cancel the INVITE instead.");
        _call?.HangUp();
        leg.Shard.Post(static (_, state) => ((CallLeg)state!).Bye(), leg);
        await leg.Outcome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends a request in the dialog: UPDATE, INFO, MESSAGE, OPTIONS, REFER, NOTIFY, or a method of one's own. Before the call is answered it goes to the
    /// first callee that rings.
    /// </summary>
    /// <param name="method">The method; INVITE, ACK, PRACK, BYE and CANCEL have methods of their own here.</param>
    /// <param name="content">The body; null for none.</param>
    /// <param name="addHeaders">Adds header fields; null for none.</param>
    /// <param name="cancellationToken">Stops the waiting, not the request.</param>
    /// <exception cref="ArgumentException">The method is not for this, or an UPDATE holds no legal offer.</exception>
    /// <exception cref="InvalidOperationException">There is no dialog yet, or it has ended; or an UPDATE holds an offer while another is open.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive since the dialog was made.</exception>
    /// <exception cref="SipTransportException">The connection is suspended.</exception>
    /// <returns>The responses; the request is already on its way.</returns>
    public SipClientTransaction SendAsync(SipMethod method, SipContent? content = null, Action<SipHeaders>? addHeaders = null, CancellationToken cancellationToken = default)
    {
        if (method == SipMethod.Invite || method == SipMethod.Ack || method == SipMethod.Bye || method == SipMethod.Cancel || method == SipMethod.Prack) throw new ArgumentException($"{method} is not sent this way.", nameof(method));
        _context.ThrowIfUnusable();
        if (LegOrEarly is not { IsTerminated: false } leg) throw CreateOverError();
        var request = leg.Dialog.Address(method);
        request.Content = content;
        addHeaders?.Invoke(request.Headers);
        return new SipClientTransaction(request, leg.Send(request), cancellationToken);
    }

    /// <summary>Subscribes to events in the dialog of the call (RFC 5057); the subscription may outlive the call.</summary>
    /// <param name="options">What to subscribe to; the target is the peer.</param>
    /// <param name="cancellationToken">Stops the waiting for the peer's answer, and the subscription with it.</param>
    /// <exception cref="ArgumentException">The options lack the event package, or are out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no dialog yet, it has ended, or it has a subscription to that event.</exception>
    /// <exception cref="SipResponseException">The peer refused.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<SipSubscription> SubscribeAsync(SipSubscriptionOptions options, CancellationToken cancellationToken = default)
    {
        _context.ThrowIfUnusable();
        if (Leg is not { IsTerminated: false } leg) throw CreateOverError();
        return EventStarts.SubscribeInDialogAsync(leg.DialogContext, leg.Shard, leg.Dialog, options, cancellationToken);
    }

    /// <summary>
    /// Asks the peer to call somebody else: a blind transfer (RFC 3515, RFC 5589 §6). The session stays up; once the peer has reached the target, or
    /// before, either side hangs up, and the session counts as <see cref="SipDialogEnd.Transferred"/> then.
    /// </summary>
    /// <param name="target">Whom the peer is to call.</param>
    /// <param name="options">More about it; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting for the peer's answer.</param>
    /// <returns>The transfer, accepted: how it goes on is a stream.</returns>
    /// <exception cref="InvalidOperationException">There is no session yet, or it has ended.</exception>
    /// <exception cref="SipResponseException">The peer refused.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<SipTransfer> TransferAsync(SipUri target, SipTransferOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return TransferStarts.InDialogAsync(ConfirmedLeg(), null, target, options, cancellationToken);
    }

    /// <summary>
    /// Connects the peers of two sessions: an attended transfer (RFC 5589 §7). The peer of this one calls that of the other, with a Replaces header field
    /// that names the other session (RFC 3891); its peer ends it then. This one stays up until either side hangs up.
    /// </summary>
    /// <param name="consultation">The session with the target of the transfer, answered.</param>
    /// <param name="options">More about it; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting for the peer's answer.</param>
    /// <returns>The transfer, accepted: how it goes on is a stream.</returns>
    /// <exception cref="ArgumentException">Both sessions are the same.</exception>
    /// <exception cref="InvalidOperationException">One of the sessions is not answered yet, or has ended.</exception>
    /// <exception cref="SipResponseException">The peer refused.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<SipTransfer> TransferAsync(SipInviteDialog consultation, SipTransferOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(consultation);
        var (leg, other) = (ConfirmedLeg(), consultation.ConfirmedLeg());
        if (ReferenceEquals(leg, other)) throw new ArgumentException("A session cannot take its own place.", nameof(consultation));
        return TransferStarts.InDialogAsync(leg, other, ReferRequest.Replacing(other.Dialog), options, cancellationToken);
    }

    /// <summary>
    /// Whether a header field names this session, and it has not ended: that of a REFER outside of it, which is about it then, and whose sender knows it (RFC 4538 §5, RFC 7647).
    /// </summary>
    /// <param name="targetDialog">What <see cref="SipIncomingRefer.TargetDialog"/> tells; null names none.</param>
    /// <remarks>The tags are taken as either side sees them: whoever has both knows the session.</remarks>
    public bool IsNamedBy(SipCallIdValue? targetDialog)
    {
        if (targetDialog is null || Leg is not { IsTerminated: false, Dialog.Id: var id } || targetDialog.CallId != id.CallId) return false;
        var (local, remote) = (targetDialog.Parameters["local-tag"], targetDialog.Parameters["remote-tag"]);
        return (local, remote) == (id.LocalTag, id.RemoteTag) || (local, remote) == (id.RemoteTag, id.LocalTag);
    }

    /// <summary>
    /// The requests that the peer sends in the dialog, but for ACK, BYE and CANCEL, and for PRACK and UPDATE without an offer. What comes before the first call of this method waits
    /// for it up to 5 s from the beginning of the dialog or from its ACK; after that the stack answers by itself.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream: from then on the stack answers by itself again.</param>
    /// <returns>The stream; it ends with the session.</returns>
    /// <exception cref="InvalidOperationException">There is no dialog yet.</exception>
    public IAsyncEnumerable<SipIncomingRequest> IncomingAsync(CancellationToken cancellationToken = default)
    {
        var leg = LegOrEarly ?? throw new InvalidOperationException("There is no dialog yet.");
        return ReadAsync(leg, leg.Listening.Begin(), cancellationToken);
    }

    /// <summary>
    /// What has happened so far, as a ladder to be printed: the messages, those that were sent again, where they went and why, challenges, which fork was
    /// taken, and how it ended. Empty unless <see cref="SipStackOptions.KeptLadders"/> has the stack keep it.
    /// </summary>
    public SipLadder Explain() => _context.Explain(CallId);

    /// <summary>Hangs up, in whichever way the state of the call asks for, and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Leg is { Dialog.IsConfirmed: true } leg)
        {
            if (!leg.IsEnded) await SendByeAsync().ConfigureAwait(false);
        }
        else if (_call is not null)
        {
            _call.HangUp();
            await Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Ends when no change of the session is under way, of either side.</summary>
    internal Task QuietAsync() => Leg?.QuietAsync() ?? Task.CompletedTask;

    /// <summary>The session as its peer sees it (RFC 4538 §7).</summary>
    /// <exception cref="InvalidOperationException">There is no dialog.</exception>
    internal SipCallIdValue NameToPeer() => LegOrEarly is { Dialog.Id: var id }
        ? new SipCallIdValue(id.CallId).WithParameter("local-tag", id.RemoteTag).WithParameter("remote-tag", id.LocalTag)
        : throw new InvalidOperationException("There is no dialog to be named.");

    /// <summary>Begins to answer what the peer sends, for an application that does not.</summary>
    internal CallConduct Conduct(Func<SipContent, CancellationToken, ValueTask<SipContent?>>? answerOffer, Func<IncomingRequest, bool>? takeOver) => new(Leg!, _context.Connection, answerOffer, takeOver); // it was answered

    private static async IAsyncEnumerable<SipIncomingRequest> ReadAsync(CallLeg leg, object reading, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in leg.Requests.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return SipIncomingRequest.Of(request);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested) leg.Listening.End(reading);
        }
    }

    private SipInviteTransaction ReinviteAsync(CallLeg leg, SipContent? offer, CancellationToken cancellationToken)
    {
        if (leg.IsTerminated) throw CreateOverError();
        if (!leg.Dialog.IsConfirmed || _call is { IsUnderWay: true }) throw new InvalidOperationException("An INVITE is under way.");
        if (leg.OwesAnswer) throw new InvalidOperationException("The peer's INVITE is to be answered first.");
        if (SessionBody.Of(offer) is { } description) leg.Descriptions.CheckLocalOffer(description);
        else leg.Descriptions.ThrowIfOpen();
        _call?.AcknowledgeDelivered();
        var invite = leg.Dialog.Address(SipMethod.Invite);
        invite.Content = offer;
        var call = OutgoingCall.StartInDialog(leg, offer, out var responses);
        _accepted ??= leg;
        _call = call;
        return new SipInviteTransaction(invite, call, responses, cancellationToken);
    }

    private CallLeg ConfirmedLeg()
    {
        _context.ThrowIfUnusable();
        return Leg is { IsTerminated: false, Dialog.IsConfirmed: true } leg ? leg : throw CreateOverError();
    }

    /// <summary>Why nothing can be sent in the dialog: an application that did not hang up itself wants to know.</summary>
    private InvalidOperationException CreateOverError() => new(LegOrEarly switch
    {
        null => "There is no dialog yet: nobody has answered.",
        { IsTerminated: false } => "The session is not up: it is not answered yet.",
        { Outcome.Task: { IsCompletedSuccessfully: true, Result: var outcome } } => $"The session has ended: {outcome.ToSentence()}.",
        _ => "The session has ended: it is being hung up.",
    });

    private async Task<SipDialogOutcome> CompleteAsync()
    {
        if (_call is not { } call) throw new InvalidOperationException("No INVITE was sent.");
        return await call.EndAsync().ConfigureAwait(false);
    }
}
