namespace ModernSip.Sessions.Timers;

/// <summary>What both sides agreed on: how long the session lasts without a refresh, and who refreshes it (RFC 4028). Pure.</summary>
/// <param name="Seconds">Session-Expires.</param>
/// <param name="IsLocalRefresher">Whether this side refreshes.</param>
internal readonly record struct SessionInterval(uint Seconds, bool IsLocalRefresher)
{
    /// <summary>No interval is shorter (RFC 4028 §4).</summary>
    public const uint Least = 90;

    /// <summary>When the refresher refreshes: half way, so that there is time for more than one attempt (§7.2, §9).</summary>
    public TimeSpan UntilRefresh => TimeSpan.FromSeconds(Seconds / 2.0);

    /// <summary>When the session is given up: 32 s, or a third, before it expires, so that the BYE comes before proxies let go of it (§10).</summary>
    public TimeSpan UntilEnd => TimeSpan.FromSeconds(Seconds - Math.Min(32, Seconds / 3.0));
}
