using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Sessions.Offers;

/// <summary>Where a dialog stands in the exchange of offers and answers (RFC 3264, RFC 6337 §2). Pure and immutable.</summary>
/// <remarks>
/// Descriptions are kept as octets, and read only when this side says something that is to be checked against them: a held dialog costs their octets
/// and no more. What the peer says is never refused here for its contents; whether it may say it now is told by the verdict.
/// </remarks>
internal sealed class SessionDescriptions
{
    // No description is empty: what is there says so without a flag beside it, of which a held dialog would have four.
    private ReadOnlyMemory<byte> _offer;
    private ReadOnlyMemory<byte> _local;
    private ReadOnlyMemory<byte> _remote;
    private ReadOnlyMemory<byte> _lastLocal; // also where the offer that said it was refused: its version is used up (RFC 3264 §8)
    private bool _localOffered;

    private SessionDescriptions()
    {
    }

    /// <summary>Nothing said yet.</summary>
    public static SessionDescriptions None { get; } = new();

    /// <summary>Whose offer is open.</summary>
    public SdpNegotiationState State { get; private init; }

    /// <summary>The offer that is open.</summary>
    public ReadOnlyMemory<byte>? Offer => OrNone(_offer);

    /// <summary>This side's description of the last agreement.</summary>
    public ReadOnlyMemory<byte>? Local => OrNone(_local);

    /// <summary>The peer's description of the last agreement.</summary>
    public ReadOnlyMemory<byte>? Remote => OrNone(_remote);

    /// <summary>Whether the last agreement began with an offer of this side's.</summary>
    public bool IsLocalOffer => _localOffered;

    /// <summary>What becomes of an offer of the peer's that arrives now.</summary>
    public SdpVerdict JudgeRemoteOffer() => State switch
    {
        SdpNegotiationState.Stable => SdpVerdict.Accepted,
        SdpNegotiationState.LocalOffer => SdpVerdict.Glare,
        _ => SdpVerdict.OfferPending,
    };

    /// <summary>Whether an offer of the peer's only repeats what it said before: its session and version are the same (RFC 4028 §7.4).</summary>
    public bool IsUnchanged(ReadOnlyMemory<byte> offer) => Remote is { } remote && Local is not null && Origin(offer.Span) is { IsEmpty: false } now && now.SequenceEqual(Origin(remote.Span));

    /// <summary>The peer offers.</summary>
    /// <param name="offer">The octets of its description.</param>
    /// <param name="isKept">Whether the message that they are a part of is kept as long as they are: else they are copied.</param>
    public SessionDescriptions RemoteOffers(ReadOnlyMemory<byte> offer, bool isKept = false) => With(SdpNegotiationState.RemoteOffer, isKept ? offer : Detach(offer));

    public SessionDescriptions LocalOffers(ReadOnlyMemory<byte> offer) => With(SdpNegotiationState.LocalOffer, offer, offer);

    /// <summary>The peer answers the open offer; where none is open, this repeats an answer that was there before.</summary>
    public SessionDescriptions RemoteAnswers(ReadOnlyMemory<byte> answer) =>
        State != SdpNegotiationState.LocalOffer ? this : new() { _local = _offer, _remote = Detach(answer), _lastLocal = _offer, _localOffered = true };

    public SessionDescriptions LocalAnswers(ReadOnlyMemory<byte> answer) =>
        State != SdpNegotiationState.RemoteOffer ? this : new() { _local = answer, _remote = _offer, _lastLocal = answer };

    /// <summary>The open offer was refused, or its request failed: what was agreed before holds (RFC 3261 §14.1).</summary>
    public SessionDescriptions RollBack() => State == SdpNegotiationState.Stable ? this : With(SdpNegotiationState.Stable, default);

    /// <summary>Refuses an INVITE that asks for an offer while one is open.</summary>
    /// <exception cref="InvalidOperationException">An offer is open.</exception>
    public void ThrowIfOpen()
    {
        if (State == SdpNegotiationState.RemoteOffer) throw new InvalidOperationException("The peer's offer is to be answered first.");
        if (State == SdpNegotiationState.LocalOffer) throw new InvalidOperationException("An offer of this side is not answered yet.");
    }

    /// <summary>Refuses an offer of this side's that is not legal now, or not at all.</summary>
    /// <exception cref="InvalidOperationException">An offer is open.</exception>
    /// <exception cref="ArgumentException">The description is malformed, or breaks a rule of RFC 3264.</exception>
    public void CheckLocalOffer(ReadOnlyMemory<byte> offer)
    {
        ThrowIfOpen();
        if (_local.IsEmpty && _lastLocal.IsEmpty && PlainAnswer.IsLegalOffer(offer.Span)) return; // the first that is said
        var session = Parse(offer, nameof(offer));
        if (!Replay().TryOffer(SdpSide.Local, session, out var step)) throw new ArgumentException($"The offer is not legal: {step.Reason}", nameof(offer));
    }

    /// <summary>Refuses an answer of this side's that does not fit the open offer.</summary>
    /// <exception cref="ArgumentException">The description is malformed, or breaks a rule of RFC 3264.</exception>
    public void CheckLocalAnswer(ReadOnlyMemory<byte> answer)
    {
        // In a dialog that has agreed before, what was said then counts too.
        if (_local.IsEmpty && _lastLocal.IsEmpty && Offer is { } open && State == SdpNegotiationState.RemoteOffer && PlainAnswer.IsLegal(open.Span, answer.Span)) return;
        var session = Parse(answer, nameof(answer));
        if (State != SdpNegotiationState.RemoteOffer || !SdpSession.TryParse(Offer!.Value.Span, out var offered, out _)) return; // nothing to hold it against
        if (!Replay().TryOffer(SdpSide.Remote, offered, out var step)) return;
        if (!step.Next.TryAnswer(SdpSide.Local, session, out step)) throw new ArgumentException($"The answer is not legal: {step.Reason}", nameof(answer));
    }

    /// <summary>This side's description of the last agreement, read; null where there is none that can be.</summary>
    public SdpSession? ReadLocal() => Local is { } local && SdpSession.TryParse(local.Span, out var session, out _) ? session : null;

    /// <summary>The peer's description of the last agreement, read; null where there is none that can be.</summary>
    public SdpSession? ReadRemote() => Remote is { } remote && SdpSession.TryParse(remote.Span, out var session, out _) ? session : null;

    /// <summary>What this side said last under its next version; null where nothing is agreed that can be read.</summary>
    public SdpSession? ReadNextOffer() => Replay().CreateNextOffer();

    /// <summary>The legal answer to the peer's open offer; null where none is open that can be read.</summary>
    public SdpSession? ReadAnswer(SdpCapabilities capabilities) =>
        State == SdpNegotiationState.RemoteOffer && Offer is { } open && SdpSession.TryParse(open.Span, out var offered, out _) && Replay().TryOffer(SdpSide.Remote, offered, out var step)
            ? step.Next.CreateAnswer(capabilities)
            : null;

    private static SdpSession Parse(ReadOnlyMemory<byte> octets, string name) =>
        SdpSession.TryParse(octets.Span, out var session, out var error) ? session : throw new ArgumentException($"The session description is malformed: {error}", name);

    /// <summary>The octets of the peer's are part of a message, which need not be kept for them.</summary>
    private static ReadOnlyMemory<byte> Detach(ReadOnlyMemory<byte> octets) => octets.ToArray();

    private static ReadOnlySpan<byte> Origin(ReadOnlySpan<byte> description)
    {
        while (!description.IsEmpty)
        {
            var end = description.IndexOf((byte)'\n');
            var line = end < 0 ? description : description[..end];
            if (line.StartsWith("o="u8)) return line.TrimEnd((byte)'\r');
            description = end < 0 ? default : description[(end + 1)..];
        }

        return default;
    }

    /// <summary>The machine of the negotiation, brought to where this dialog stands.</summary>
    private SdpNegotiation Replay()
    {
        var negotiation = SdpNegotiation.Initial;
        if (Local is { } local && Remote is { } remote
            && SdpSession.TryParse(local.Span, out var own, out _) && SdpSession.TryParse(remote.Span, out var its, out _)
            && negotiation.TryOffer(_localOffered ? SdpSide.Local : SdpSide.Remote, _localOffered ? own : its, out var step)
            && step.Next.TryAnswer(_localOffered ? SdpSide.Remote : SdpSide.Local, _localOffered ? its : own, out step))
        {
            negotiation = step.Next;
        }

        if (!_lastLocal.IsEmpty && !_lastLocal.Equals(_local)
            && SdpSession.TryParse(_lastLocal.Span, out var refused, out _)
            && negotiation.TryOffer(SdpSide.Local, refused, out var said)
            && said.Next.TryRollback(out said))
        {
            negotiation = said.Next;
        }

        return negotiation;
    }

    private static ReadOnlyMemory<byte>? OrNone(ReadOnlyMemory<byte> octets) => octets.IsEmpty ? null : octets;

    private SessionDescriptions With(SdpNegotiationState state, ReadOnlyMemory<byte> offer, ReadOnlyMemory<byte>? said = null) =>
        new() { State = state, _offer = offer, _local = _local, _remote = _remote, _lastLocal = said ?? _lastLocal, _localOffered = _localOffered };
}
