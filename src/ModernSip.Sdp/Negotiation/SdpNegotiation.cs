namespace ModernSip.Sdp.Negotiation;

/// <summary>The offer/answer machine of one session: who may speak, and whether what is said is legal.</summary>
/// <remarks>
/// RFC 3264. Pure and immutable: each step returns the next negotiation, and no input throws. What this side says must obey
/// every rule; what the peer says is accepted where both still see the same session, and its faults are reported.
/// </remarks>
/// <example>
/// <code>
/// if (!negotiation.TryOffer(SdpSide.Remote, offer, out var step)) return step.Verdict;      // Glare: 491
/// negotiation = step.Next;
/// var answer = negotiation.CreateAnswer(capabilities);
/// if (!answer.HasActiveMedia) …                                                             // 488
/// if (negotiation.TryAnswer(SdpSide.Local, answer, out step)) negotiation = step.Next;
/// foreach (var stream in negotiation.Streams) …                                             // send stream.SendCodecs[0]
/// </code>
/// </example>
public sealed class SdpNegotiation
{
    private readonly SdpSession? _lastLocal;
    private readonly SdpSession? _lastRemote;
    private readonly PayloadHistory _localPayloads = PayloadHistory.Empty;
    private readonly PayloadHistory _remotePayloads = PayloadHistory.Empty;

    private SdpNegotiation()
    {
    }

    private SdpNegotiation(SdpNegotiation from, SdpNegotiationState state, SdpSession? offer, SdpSession? lastLocal, SdpSession? lastRemote)
    {
        State = state;
        Offer = offer;
        Local = from.Local;
        Remote = from.Remote;
        Streams = from.Streams;
        _lastLocal = lastLocal;
        _lastRemote = lastRemote;
        _localPayloads = from._localPayloads;
        _remotePayloads = from._remotePayloads;
    }

    private SdpNegotiation(SdpNegotiation from, SdpSession local, SdpSession remote)
    {
        Local = _lastLocal = local;
        Remote = _lastRemote = remote;
        Streams = SdpStream.Of(local, remote);
        _localPayloads = from._localPayloads.Record(local, remote);
        _remotePayloads = from._remotePayloads.Record(remote, local);
    }

    /// <summary>The beginning: nothing said, nothing agreed.</summary>
    public static SdpNegotiation Initial { get; } = new();

    /// <summary>Whose offer is open.</summary>
    public SdpNegotiationState State { get; }

    /// <summary>The offer that waits for its answer, or null.</summary>
    public SdpSession? Offer { get; }

    /// <summary>This side's description of the last agreement, or null.</summary>
    public SdpSession? Local { get; }

    /// <summary>The peer's description of the last agreement, or null.</summary>
    public SdpSession? Remote { get; }

    /// <summary>The streams of the last agreement that have a port on both sides.</summary>
    public SdpList<SdpStream> Streams { get; } = [];

    /// <summary>Makes an offer, or takes the peer's.</summary>
    /// <param name="side">Who offers.</param>
    /// <param name="offer">The offer.</param>
    /// <param name="step">The next negotiation, or why nothing changed.</param>
    /// <returns>Whether it took effect.</returns>
    public bool TryOffer(SdpSide side, SdpSession offer, out SdpNegotiationStep step)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var isLocal = IsLocal(side);
        var (next, verdict) = NegotiationTable.Step(State, isLocal ? NegotiationInput.LocalOffer : NegotiationInput.RemoteOffer);
        if (verdict != SdpVerdict.Accepted) return Refuse(verdict, [], out step);

        var violations = isLocal
            ? SdpRules.CheckOffer(offer, _lastLocal, Local?.Media.Count ?? 0, _localPayloads)
            : SdpRules.CheckOffer(offer, _lastRemote, Remote?.Media.Count ?? 0, _remotePayloads);

        // A peer's offer replaces what it said before, whatever its faults: the answer settles what is left of it.
        if (isLocal && violations.Count > 0) return Refuse(SdpVerdict.Illegal, violations, out step);

        var negotiation = new SdpNegotiation(this, next, offer, isLocal ? offer : _lastLocal, isLocal ? _lastRemote : offer);
        step = new SdpNegotiationStep(negotiation, SdpVerdict.Accepted, violations);
        return true;
    }

    /// <summary>Answers the peer's offer, or takes the peer's answer.</summary>
    /// <param name="side">Who answers.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="step">The next negotiation, or why nothing changed.</param>
    /// <returns>Whether it took effect.</returns>
    public bool TryAnswer(SdpSide side, SdpSession answer, out SdpNegotiationStep step)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var isLocal = IsLocal(side);
        var (_, verdict) = NegotiationTable.Step(State, isLocal ? NegotiationInput.LocalAnswer : NegotiationInput.RemoteAnswer);
        if (verdict != SdpVerdict.Accepted || Offer is null) return Refuse(verdict, [], out step);

        var violations = isLocal
            ? SdpRules.CheckAnswer(Offer, answer, _lastLocal, _localPayloads)
            : SdpRules.CheckAnswer(Offer, answer, _lastRemote, _remotePayloads);
        if (violations.Any(violation => isLocal || IsFatal(violation.Rule))) return Refuse(SdpVerdict.Illegal, violations, out step);

        var negotiation = isLocal ? new SdpNegotiation(this, answer, Offer) : new SdpNegotiation(this, Offer, answer);
        step = new SdpNegotiationStep(negotiation, SdpVerdict.Accepted, violations);
        return true;
    }

    /// <summary>Takes the open offer back, as when the request that carried it failed; what was agreed before holds.</summary>
    /// <param name="step">The next negotiation, or why nothing changed.</param>
    /// <returns>Whether it took effect.</returns>
    /// <remarks>RFC 3261 §14.1. The version that was used up stays used: the next offer goes one further.</remarks>
    public bool TryRollback(out SdpNegotiationStep step)
    {
        var (next, verdict) = NegotiationTable.Step(State, NegotiationInput.Rollback);
        if (verdict != SdpVerdict.Accepted) return Refuse(verdict, [], out step);
        step = new SdpNegotiationStep(new SdpNegotiation(this, next, null, _lastLocal, _lastRemote), verdict, []);
        return true;
    }

    /// <summary>Makes the legal answer to the peer's open offer. Hand it to <see cref="TryAnswer"/> when it is sent.</summary>
    /// <param name="capabilities">What this side can do.</param>
    /// <exception cref="InvalidOperationException">No offer of the peer is open.</exception>
    public SdpSession CreateAnswer(SdpCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        if (State != SdpNegotiationState.RemoteOffer || Offer is null) throw new InvalidOperationException("No offer of the peer is open.");
        return new AnswerBuilder(Offer, capabilities, _lastLocal, _localPayloads).Build();
    }

    /// <summary>Makes the next version of what this side said last, to be changed into an offer.</summary>
    /// <returns>The description of the last agreement under a fresh version; null where nothing is agreed yet.</returns>
    public SdpSession? CreateNextOffer() => Local is null || _lastLocal is null
        ? null
        : Local with { Origin = _lastLocal.NextVersion().Origin };

    /// <summary>Faults after which the two sides would not talk about the same streams.</summary>
    private static bool IsFatal(SdpRule rule) => rule
        is SdpRule.MediaCount or SdpRule.MediaKind or SdpRule.Transport or SdpRule.RejectedStream or SdpRule.NoCommonFormat;

    private static bool IsLocal(SdpSide side) => side switch
    {
        SdpSide.Local => true,
        SdpSide.Remote => false,
        _ => throw new ArgumentOutOfRangeException(nameof(side), side, "Not a side."),
    };

    private bool Refuse(SdpVerdict verdict, SdpList<SdpViolation> violations, out SdpNegotiationStep step)
    {
        step = new SdpNegotiationStep(this, verdict, violations);
        return false;
    }
}
