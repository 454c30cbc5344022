namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>The durations of RFC 3261 table 4 as the checker expects them, and how exactly.</summary>
internal static class WireTimers
{
    public static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan T2 = TimeSpan.FromSeconds(4);
    public static readonly TimeSpan T4 = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Timeout = 64 * T1;

    /// <summary>When timer E reaches T2: 0.5 + 1 + 2 s (RFC 4320 §4.1).</summary>
    public static readonly TimeSpan LateTrying = TimeSpan.FromSeconds(3.5);

    public static readonly TimeSpan TryingDelay = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan ProceedingLimit = TimeSpan.FromMinutes(3);

    /// <summary>The wheel goes by milliseconds and is never early.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(2);

    /// <summary>Whether a time is a number of whole minutes, each begun at a tick of the wheel.</summary>
    public static bool IsMinutes(TimeSpan since) => since > TimeSpan.Zero && since.TotalMinutes >= 1 && TimeSpan.FromTicks(since.Ticks % TimeSpan.TicksPerMinute) <= 3 * Grain;

    public static TimeSpan Double(TimeSpan interval) => 2 * interval > T2 ? T2 : 2 * interval;

    public static bool IsOnTime(TimeSpan at, TimeSpan due) => at >= due && at <= due + Grain;
}
