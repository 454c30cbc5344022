namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>Follows a message that a timer repeats: first T1 later, then at doubling intervals.</summary>
/// <param name="first">When it was first sent.</param>
/// <param name="isCapped">Whether the interval stops growing at T2.</param>
internal sealed class Repeats(TimeSpan first, bool isCapped)
{
    public TimeSpan First { get; } = first;

    public TimeSpan Interval { get; private set; } = WireTimers.T1;

    public TimeSpan Due { get; private set; } = first + WireTimers.T1;

    /// <summary>Takes a repeat.</summary>
    /// <param name="at">When it was sent.</param>
    /// <param name="isSlow">Whether the next one is due only T2 later.</param>
    /// <returns>Whether it came when it was due.</returns>
    public bool Next(TimeSpan at, bool isSlow = false)
    {
        var isOnTime = WireTimers.IsOnTime(at, Due) && at <= First + WireTimers.Timeout + WireTimers.Grain;
        Interval = isSlow ? WireTimers.T2 : isCapped ? WireTimers.Double(Interval) : 2 * Interval;
        Due = at + Interval;
        return isOnTime;
    }
}
