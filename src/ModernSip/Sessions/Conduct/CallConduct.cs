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
    private readonly SdpList<SdpDirection> _usual;
    private Completion<bool> _settled;

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
        _settled = new Completion<bool>(connection.Platform.Continuations);
        Events = new Mailbox<SipCallEvent>(connection.Platform.Continuations, MostWaitingEvents);
        leg.Listening.Begin(); // before the ACK: what the peer sends behind it is answered here
        var descriptions = leg.Descriptions;
        _usual = descriptions.ReadLocal() is { } local ? HoldRules.UsualOf(local, descriptions.IsLocalOffer ? null : descriptions.ReadRemote()) : [];
        IsHeldByPeer = descriptions.ReadRemote() is { } remote && HoldRules.Holds(remote);
    }

    /// <summary>What the peer did, for one reader.</summary>
    public Mailbox<SipCallEvent> Events { get; }

    /// <summary>Whether this side holds, or is about to.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether the peer holds.</summary>
    public bool IsHeldByPeer { get; private set; }

    /// <summary>Set when the peer's next request has been answered, or none will come.</summary>
    public Completion<bool> Settled => Volatile.Read(ref _settled);

    /// <summary>Whether the peer's offer is open, which bars one of this side's.</summary>
    public bool IsAsked => _leg.OwesAnswer || _leg.Descriptions.State == Sdp.Negotiation.SdpNegotiationState.RemoteOffer;

    /// <summary>The session as it is, under its next version and held or not; null where none is agreed that can be read.</summary>
    public SipContent? NextOffer() => _leg.Descriptions.ReadNextOffer() is { } next ? Write(HoldRules.Turn(next, _usual, IsHeld)) : null;

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
        try
        {
            await foreach (var request in _leg.Requests.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await ReceiveAsync(request).ConfigureAwait(false);
                Interlocked.Exchange(ref _settled, new Completion<bool>(_connection.Platform.Continuations)).Set(true);
            }
        }
        catch (Errors.SipException exception)
        {
            error = exception; // the connection has ended, and the session with it
        }

        Settled.Set(true);
        Events.Complete(error);
    }

    private async Task ReceiveAsync(IncomingRequest incoming)
    {
        if (_takeOver?.Invoke(incoming) == true) return;
        try
        {
            var (response, told) = await AnswerAsync(incoming).ConfigureAwait(false);
            if (!await incoming.RespondAsync(response).ConfigureAwait(false) || !response.IsSuccess) return;
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
        var answer = _answerOffer is { } ask ? await ask(offered, incoming.Cancelled).ConfigureAwait(false) : Answer();
        if (answer is null) return (request.CreateResponse(SipStatus.NotAcceptableHere), null);
        response.Content = answer;
        return (response, new SipCallReoffered(offered, answer));
    }

    /// <summary>With what was agreed before, as far as the offer leaves it; null where nothing is left, or nothing can be read.</summary>
    private SipContent? Answer() =>
        _leg.Descriptions.ReadLocal() is { } local
        && _leg.Descriptions.ReadAnswer(HoldRules.Capabilities(local, _usual, IsHeld)) is { } answer
        && (answer.HasActiveMedia || answer.Media.Count == 0)
            ? Write(answer)
            : null;

    private static SipContent Write(SdpSession session) => new(SipMediaType.Sdp, session.ToUtf8Bytes());
}
