namespace ModernSip.Platform;

/// <summary>Cancelling where the platform says.</summary>
internal static class CancellationExtensions
{
    /// <summary>Runs what hangs on the token where the application's continuations run, as some of it is the application's own; ends when all has run.</summary>
    /// <exception cref="AggregateException">A callback threw.</exception>
    public static async Task CancelAsync(this CancellationTokenSource source, SipContinuations continuations)
    {
        await new ContinuationHop(continuations);
#pragma warning disable CA1849, VSTHRD103, MA0042 // CancelAsync would run the callbacks on the thread pool, whatever the platform says.
        source.Cancel();
#pragma warning restore CA1849, VSTHRD103, MA0042
    }
}
