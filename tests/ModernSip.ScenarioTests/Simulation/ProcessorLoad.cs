namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Keeps the thread pool and the processors busy, so that whatever depended on them would show.</summary>
internal sealed class ProcessorLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;

    public ProcessorLoad() => _workers = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Task.Run(() => Work(_stop.Token)))];

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await Task.WhenAll(_workers);
        _stop.Dispose();
    }

    private static void Work(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) Thread.SpinWait(1_000);
    }
}
