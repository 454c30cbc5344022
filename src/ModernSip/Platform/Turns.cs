namespace ModernSip.Platform;

/// <summary>Those who ask for a turn get it one after another, in the order of their asking.</summary>
/// <remarks>A semaphore would resume whoever waits on the thread pool; here the platform says where, so that a simulated run repeats it.</remarks>
internal sealed class Turns(SipContinuations continuations)
{
    private Task _last = Task.CompletedTask;

    /// <summary>Waits for a turn.</summary>
    /// <param name="cancellationToken">Gives the place in the line up.</param>
    /// <returns>The turn; disposing it lets the next one go on.</returns>
    public async ValueTask<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new Completion<bool>(continuations);
        var before = Interlocked.Exchange(ref _last, mine.Task);
        try
        {
            await before.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The turn comes all the same, and is passed on at once.
            _ = before.ContinueWith(static (_, state) => ((Completion<bool>)state!).Set(true), mine, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        return new Turn(mine);
    }

    /// <summary>What only one has at a time.</summary>
    public readonly struct Turn(Completion<bool> ended) : IDisposable
    {
        public void Dispose() => ended.Set(true);
    }
}
