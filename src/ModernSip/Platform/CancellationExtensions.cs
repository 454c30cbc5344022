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

    /// <summary>The same for whoever cannot wait, as a shard cannot. What a callback throws would end the process there, so it is told instead.</summary>
    /// <param name="source">What to cancel.</param>
    /// <param name="continuations">Where.</param>
    /// <param name="onThrown">Is told what callbacks threw.</param>
    public static void PostCancel(this CancellationTokenSource source, SipContinuations continuations, Action<AggregateException> onThrown) =>
        continuations.Post(
            static state =>
            {
                var (cancelled, tell) = ((CancellationTokenSource, Action<AggregateException>))state!;
                try
                {
                    cancelled.Cancel();
                }
                catch (AggregateException exception)
                {
                    tell(exception);
                }
            },
            (source, onThrown));
}
