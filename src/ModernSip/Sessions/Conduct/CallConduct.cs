using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Sdp;
using ModernSip.Sessions.Offers;
using ModernSip.Stack;
using ModernSip.Stack.Routing;

namespace ModernSip.Sessions.Conduct;

/// <summary>
/// Answers what the peer sends in a call, for an application that wants no protocol, and tells it what happened. Works on the application's side of the
/// mailbox: one request after the other, never on the shard.
/// </summary>
internal sealed class CallConduct
{
    private const int MostWaitingEvents = 256;

    private readonly CallLeg _leg;
    private readonly ConnectionContext _connection;
    private readonly Func<SipContent, CancellationToken, ValueTask<SipContent?>>? _answerOffer;
    private readonly Func<IncomingRequest, bool>? _takeOver;
    private SdpList<SdpDirection> _usual = [];
    private readonly OwnedTasks _looking = new();

    /// <param name="leg">The session, agreed or about to be.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="answerOffer">Answers the peer's offers in place of what was agreed before; null for none.</param>
    /// <param name="takeOver">Whether a request is answered elsewhere; null for none.</param>
    public CallConduct(CallLeg leg, ConnectionContext connection, Func<SipContent, CancellationToken, ValueTask<SipContent?>>? answerOffer, Func<IncomingRequest, bool>? takeOver)
    {
        _leg = leg;
        _connection = connection;
        _answerOffer = answerOffer;
        _takeOver = takeOver;
        Events = new Mailbox<SipCallEvent>(connection.Platform.Continuations, MostWaitingEvents);
        leg.Listening.Begin(); // before the ACK: what the peer sends behind it is answered here
        Learn();
        IsHeldByPeer = leg.Descriptions.ReadRemote() is { } remote && HoldRules.Holds(remote);
    }

    /// <summary>What the peer did, for one reader.</summary>
    public Mailbox<SipCallEvent> Events { get; }

    /// <summary>Whether this side wants to hold: what the peer offers is answered accordingly, and what it answers when it was asked.</summary>
    public bool WantsHeld { get; set; }

    /// <summary>Whether the code that runs was called by a callback of this call's.</summary>
    public bool IsInCallback => CallbackFlow.IsOf(this);

    /// <summary>Whether the peer holds.</summary>
    public bool IsHeldByPeer { get; private set; }

    /// <summary>The session as it is, under its next version and held or not; null where none is agreed that can be read.</summary>
    public SipContent? NextOffer() => _leg.Descriptions.ReadNextOffer() is { } next ? Write(HoldRules.Turn(next, _usual, WantsHeld)) : null;

    /// <summary>Notes what the peer says since the last exchange.</summary>
    /// <returns>Whether it holds or resumes: the application is told.</returns>
    public bool Look()
    {
        var holds = _leg.Descriptions.ReadRemote() is { } remote && HoldRules.Holds(remote);
        if (holds == IsHeldByPeer) return false;
        IsHeldByPeer = holds;
        Events.TryWrite(holds ? new SipCallHeld() : new SipCallResumed());
        return true;
    }

    /// <summary>Answers until the session ends.</summary>
    public async Task RunAsync()
    {
        Exception? error = null;
        if (_leg.Descriptions.State != Sdp.Negotiation.SdpNegotiationState.Stable) _looking.Own(LookLaterAsync()); // the ACK to the first 2xx has the answer
        try
        {
            await foreach (var request in _leg.Requests.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) await ReceiveAsync(request).ConfigureAwait(false);
        }
        catch (Errors.SipException exception)
        {
            error = exception; // the connection has ended, and the session with it
        }

        await _looking.WhenAllEndedAsync().ConfigureAwait(false);
        Events.Complete(error);
    }

    private async Task ReceiveAsync(IncomingRequest incoming)
    {
        if (_takeOver?.Invoke(incoming) == true) return;
        try
        {
            var (response, told) = await AnswerAsync(incoming).ConfigureAwait(false);
            if (!await incoming.RespondAsync(response).ConfigureAwait(false) || !response.IsSuccess) return;
            if (told is null && _leg.Descriptions.State == Sdp.Negotiation.SdpNegotiationState.LocalOffer) _looking.Own(LookLaterAsync()); // the ACK has the answer
            if (told is SipCallReoffered or null && Look()) return; // it says no more than that
            if (told is not null) Events.TryWrite(told);
        }
        catch (Errors.SipConnectionClosedException)
        {
            // Nobody is left to be answered.
        }
#pragma warning disable CA1031 // What the application answers with, or throws, must not end the answering: the peer is refused, and the log has the reason.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _connection.Logger.OfferNotAnswered(exception);
            await RefuseAsync(incoming).ConfigureAwait(false);
        }
    }

    private async Task LookLaterAsync()
    {
        await _leg.QuietAsync().ConfigureAwait(false);
        if (_usual.Count == 0) Learn();
        Look();
    }

    /// <summary>What streams are for, as the first agreement says.</summary>
    private void Learn()
    {
        var descriptions = _leg.Descriptions;
        if (descriptions.ReadLocal() is { } local) _usual = HoldRules.UsualOf(local, descriptions.IsLocalOffer ? null : descriptions.ReadRemote());
    }

    private static async Task RefuseAsync(IncomingRequest incoming)
    {
        try
        {
            await incoming.RespondAsync(incoming.Request.CreateResponse(SipStatus.ServerInternalError)).ConfigureAwait(false);
        }
        catch (Errors.SipConnectionClosedException)
        {
            // Nobody is left to be refused.
        }
    }

    private async Task<(SipResponse Response, SipCallEvent? Told)> AnswerAsync(IncomingRequest incoming)
    {
        var request = incoming.Request;
        if (request.Method == SipMethod.Options) return (RequestScreen.AnswerOptions(request, _connection.Capabilities), null);
        if (request.Method == SipMethod.Info) return AnswerInfo(request);
        if (request.Method == SipMethod.Invite || request.Method == SipMethod.Update || request.Method == SipMethod.Prack) return await AnswerOfferAsync(incoming).ConfigureAwait(false);
        var response = request.CreateResponse(SipStatus.MethodNotAllowed);
        response.Headers["Allow"] = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO";
        return (response, null);
    }

    private static (SipResponse Response, SipCallEvent? Told) AnswerInfo(SipRequest request)
    {
        if (request.Content is not { Octets.IsEmpty: false } content) return (request.CreateResponse(SipStatus.Ok), null); // a keep-alive of old
        if (DtmfRelay.IsRelay(content)) return DtmfRelay.Read(content) is { } tone ? (request.CreateResponse(SipStatus.Ok), tone) : (request.CreateResponse(SipStatus.BadRequest), null);
        var refusal = request.CreateResponse(SipStatus.UnsupportedMediaType);
        refusal.Headers["Accept"] = "application/dtmf-relay, application/dtmf";
        return (refusal, null);
    }

    private async Task<(SipResponse Response, SipCallEvent? Told)> AnswerOfferAsync(IncomingRequest incoming)
    {
        var request = incoming.Request;
        var response = request.CreateResponse(SipStatus.Ok);
        if (request.Body.IsEmpty)
        {
            response.Content = request.Method == SipMethod.Invite ? NextOffer() : null;
            return (response, null);
        }

        if (SessionBody.Of(request) is not { } offer) return (request.CreateResponse(SipStatus.UnsupportedMediaType), null);
        if (_leg.Descriptions.IsUnchanged(offer) && _leg.Descriptions.Local is { } before)
        {
            response.Content = new SipContent(SipMediaType.Sdp, before);
            return (response, null);
        }

        var offered = new SipContent(SipMediaType.Sdp, offer.ToArray());
        var answer = _answerOffer is { } ask ? await CallbackFlow.CallAsync(this, ask, offered, incoming.Cancelled).ConfigureAwait(false) : Answer();
        if (answer is null) return (request.CreateResponse(SipStatus.NotAcceptableHere), null);
        response.Content = answer;
        return (response, new SipCallReoffered(offered, answer));
    }

    /// <summary>With what was agreed before, as far as the offer leaves it; null where nothing is left, or nothing can be read.</summary>
    private SipContent? Answer() =>
        _leg.Descriptions.ReadLocal() is { } local
        && _leg.Descriptions.ReadAnswer(HoldRules.Capabilities(local, _usual, WantsHeld)) is { } answer
        && (answer.HasActiveMedia || answer.Media.Count == 0)
            ? Write(answer)
            : null;

    private static SipContent Write(SdpSession session) => new(SipMediaType.Sdp, session.ToUtf8Bytes());
}
