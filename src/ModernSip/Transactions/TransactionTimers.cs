namespace ModernSip.Transactions;

/// <summary>The durations of RFC 3261 table 4, and the two limits that the RFC leaves to the element.</summary>
internal sealed record TransactionTimers
{
    /// <summary>Round-trip time estimate.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest interval between retransmissions of a request other than INVITE, and of a final response to INVITE.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a message may stay in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an INVITE may stay without a final response after its last provisional one.</summary>
    public TimeSpan ProceedingLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>When an INVITE without a response gets its 100 (RFC 3261 §17.2.1).</summary>
    public TimeSpan TryingDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>64*T1: the timers B, F, H, J, L and M.</summary>
    public TimeSpan TransactionTimeout => 64 * T1;

    /// <summary>When a request other than INVITE is answered for an application that does not: behind 64*T1 its peer no longer listens (RFC 4320 §4.2).</summary>
    public TimeSpan AnswerLimit => 0.9 * TransactionTimeout;

    /// <summary>How long an answer that was given by then may look for a new connection.</summary>
    public TimeSpan SendBackLimit => TransactionTimeout - AnswerLimit;

    /// <summary>Timer D: at least 32 seconds on an unreliable transport.</summary>
    public TimeSpan InviteLinger => TransactionTimeout > TimeSpan.FromSeconds(32) ? TransactionTimeout : TimeSpan.FromSeconds(32);

    /// <summary>When the peer's timer E reaches T2: before, a 100 to a request other than INVITE only makes work (RFC 4320 §4.1).</summary>
    public TimeSpan LateTryingDelay
    {
        get
        {
            var elapsed = TimeSpan.Zero;
            for (var interval = T1; interval < T2; interval *= 2) elapsed += interval;
            return elapsed < TransactionTimeout ? elapsed : TransactionTimeout;
        }
    }
}
