using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>One attempt to open a connection, shared by all who want it. It goes on as long as one of them waits.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class ConnectAttempt(SipTransportProtocol protocol, SipTransportTarget target, TimeSpan limit, TimeProvider time)
{
    private readonly TaskCompletionSource<SipFlow> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lock _gate = new();
    private int _waiting;
    private int _started;

    /// <summary>Where to.</summary>
    public SipTransportTarget Target => target;

    /// <summary>Ends with the attempt; never faults.</summary>
    public Task Completion => _result.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>One more waits for the attempt. False where it was given up already, so that it takes a new one.</summary>
    public bool TryJoin()
    {
        lock (_gate) // callers come and go on any thread; who joins must not be given up by the last who leaves
        {
            if (_givenUp.IsCancellationRequested) return false;
            _waiting++;
            return true;
        }
    }

    /// <summary>Waits for the flow; called once by each that has joined.</summary>
    /// <exception cref="SipTransportException">It could not be opened.</exception>
    public async ValueTask<SipFlow> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _result.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Starts the attempt; all but the first call do nothing.</summary>
    /// <param name="open">Opens the connection.</param>
    /// <param name="stopping">Fires when the binding is disposed.</param>
    public void Start(Func<ConnectAttempt, CancellationToken, Task<SipFlow>> open, CancellationToken stopping)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0) return;
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(() => RunAsync(open, stopping), CancellationToken.None); // never faults; its end is Result
    }

    private void Leave()
    {
        lock (_gate) // see TryJoin
        {
            if (--_waiting > 0 || _result.Task.IsCompleted) return;
            _givenUp.Cancel();
        }
    }

    private async Task RunAsync(Func<ConnectAttempt, CancellationToken, Task<SipFlow>> open, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping, _givenUp.Token);
        try
        {
            _result.SetResult(await open(this, either.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            _result.SetException(exception as SipTransportException ?? new SipTransportException($"No {protocol.ToViaToken()} connection to {target}: {Reason(exception, stopping)}", exception));
            _ = _result.Task.Exception; // all who wanted it may have stopped waiting
        }
    }

    private string Reason(Exception exception, CancellationToken stopping) => exception switch
    {
        SocketException socket => socket.SocketErrorCode.ToString(),
        OperationCanceledException => stopping.IsCancellationRequested ? "the binding was closed" : _givenUp.IsCancellationRequested ? "nobody waits for it any more" : "no answer in time",
        _ => exception.GetType().Name,
    };
}
