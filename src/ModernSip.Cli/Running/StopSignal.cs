using System.Runtime.InteropServices;

namespace ModernSip.Cli.Running;

/// <summary>When to end: the first interrupt or the time limit asks for an orderly end, the second interrupt for an end at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly CancellationTokenSource _interrupted = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _overdue;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _abort;

    public StopSignal(TimeSpan? limit, TimeProvider time)
    {
        _expired = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, time);
        _overdue = new CancellationTokenSource(limit + Farewell ?? Timeout.InfiniteTimeSpan, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_interrupted.Token, _expired.Token);
        _abort = CancellationTokenSource.CreateLinkedTokenSource(_aborted.Token, _overdue.Token);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]) _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Asks for an orderly end: hang up, unregister.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Asks for an end at once.</summary>
    public CancellationToken Abort => _abort.Token;

    public bool IsExpired => _expired.IsCancellationRequested;

    public bool IsInterrupted => _interrupted.IsCancellationRequested;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        foreach (var source in (CancellationTokenSource[])[_stop, _abort, _interrupted, _aborted, _expired, _overdue]) source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true; // the process ends when the command has
        if (_interrupted.IsCancellationRequested) _aborted.Cancel();
        else _interrupted.Cancel();
    }
}
