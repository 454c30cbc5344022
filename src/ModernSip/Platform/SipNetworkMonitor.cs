namespace ModernSip.Platform;

/// <summary>Tells what network interfaces there are and when that changes: the states of connections follow it.</summary>
public abstract class SipNetworkMonitor
{
    /// <summary>The interfaces of this machine.</summary>
    public static SipNetworkMonitor System { get; } = new SystemNetworkMonitor();

    /// <summary>The interfaces as they stand now, those that are down included.</summary>
    public abstract IReadOnlyList<SipNetworkInterface> GetInterfaces();

    /// <summary>Begins to watch.</summary>
    /// <param name="changed">Is called, on any thread, whenever something may have changed; it must not block or throw.</param>
    /// <param name="time">The clock for looking now and then, where the system tells of changes late or not at all.</param>
    /// <returns>Disposing it ends the watching.</returns>
    public abstract IDisposable Watch(Action changed, TimeProvider time);
}
