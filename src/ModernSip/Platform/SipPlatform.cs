namespace ModernSip.Platform;

/// <summary>Everything that makes two runs of the stack differ: the clock, randomness, where continuations run, and what networks there are.</summary>
/// <remarks>
/// Applications leave it alone. Tests register one with virtual time and a seeded source, so that a run can be repeated exactly.
/// </remarks>
public sealed class SipPlatform
{
    /// <summary>The real clock, a cryptographic random source, the thread pool, and the interfaces of this machine.</summary>
    public static SipPlatform Default { get; } = new();

    /// <summary>The clock behind every protocol timer.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The source of tags, branches, Call-IDs and back-off jitter.</summary>
    public SipRandom Random { get; init; } = SipRandom.Secure;

    /// <summary>Where the application's continuations run.</summary>
    public SipContinuations Continuations { get; init; } = SipContinuations.ThreadPool;

    /// <summary>The network interfaces that connections depend on; null where nothing is known of them, so that every address counts as there.</summary>
    public SipNetworkMonitor? Network { get; init; } = SipNetworkMonitor.System;

    /// <summary>Makes a timer for work that neither blocks nor is the application's; it fires once for each time that it is set.</summary>
    internal ITimer CreateClock(Action callback) =>
        ReferenceEquals(Time, TimeProvider.System)
            ? new ClockThread(Time, callback)
            : Time.CreateTimer(static state => ((Action)state!)(), callback, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
