namespace ModernSip.Refreshing;

/// <summary>When to repeat. Pure.</summary>
/// <param name="Fraction">Which part of the granted time passes before the repetition.</param>
internal sealed record RefreshTiming(double Fraction = 0.9)
{
    private const double Jitter = 0.05;

    /// <summary>How late a timer may be before that means that the machine slept.</summary>
    public static readonly TimeSpan Punctual = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestSpread = TimeSpan.FromMinutes(1);

    /// <summary>
    /// When to repeat, from the sending of what was granted: after the fraction of the time, a little earlier by chance so that many do not come
    /// at once, and never later than 30 s before the end where the time is long enough.
    /// </summary>
    /// <param name="granted">How long it holds.</param>
    /// <param name="chance">A random number in [0, 1).</param>
    public TimeSpan Delay(TimeSpan granted, double chance)
    {
        var latest = granted * Fraction;
        if (granted >= 3 * Margin && latest > granted - Margin) latest = granted - Margin;
        return latest * (1 - (Jitter * chance));
    }

    /// <summary>How long to wait on top where the time has passed unseen: all the others on this machine woke up at the same moment.</summary>
    public static TimeSpan Spread(TimeSpan granted, double chance) => (granted / 10 < LongestSpread ? granted / 10 : LongestSpread) * chance;
}
