namespace ModernSip.Subscriptions;

/// <summary>Whether and when somebody whose subscription was ended by the notifier may subscribe again (RFC 6665 §4.1.3). Pure.</summary>
internal static class ResubscribeRules
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>How long to wait before the next SUBSCRIBE; null where there must be none.</summary>
    /// <param name="reason">The reason that the notifier gave; null for none.</param>
    /// <param name="retryAfter">The time that it asked to wait; null for none.</param>
    /// <param name="chance">A random number in [0, 1): not everybody comes back at the same moment.</param>
    public static TimeSpan? Delay(string? reason, TimeSpan? retryAfter, double chance) => reason?.ToUpperInvariant() switch
    {
        "REJECTED" or "NORESOURCE" or "INVARIANT" => null,
        "DEACTIVATED" or "TIMEOUT" => Spread(TimeSpan.Zero, chance), // retry-after says nothing with these
        _ => Spread(Shorter(retryAfter ?? Usual, Longest), chance), // probation, giveup, none, and what is not known
    };

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Spread(TimeSpan delay, double chance) => delay + ((delay / 10) + TimeSpan.FromSeconds(1)) * chance;
}
