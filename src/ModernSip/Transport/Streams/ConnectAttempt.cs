using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>One attempt to open a connection, shared by all who want it. It goes on when one of them stops waiting.</summary>
internal sealed class ConnectAttempt(SipTransportProtocol protocol, SipTransportTarget target, TimeSpan limit, TimeProvider time)
{
    private readonly TaskCompletionSource<SipFlow> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    /// <summary>The flow, or a <see cref="SipTransportException"/>.</summary>
    public Task<SipFlow> Result => _result.Task;

    /// <summary>Ends with the attempt; never faults.</summary>
    public Task Completion => _result.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Starts the attempt; all but the first call do nothing.</summary>
    /// <param name="open">Opens the connection.</param>
    /// <param name="stopping">Fires when the binding is disposed.</param>
    public void Start(Func<SipTransportTarget, CancellationToken, Task<SipFlow>> open, CancellationToken stopping)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0) return;
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(() => RunAsync(open, stopping), CancellationToken.None); // never faults; its end is Result
    }

    private async Task RunAsync(Func<SipTransportTarget, CancellationToken, Task<SipFlow>> open, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            _result.SetResult(await open(target, either.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            _result.SetException(exception as SipTransportException ?? new SipTransportException($"No {protocol.ToViaToken()} connection to {target}: {Reason(exception, stopping)}", exception));
            _ = _result.Task.Exception; // all who wanted it may have stopped waiting
        }
    }

    private static string Reason(Exception exception, CancellationToken stopping) => exception switch
    {
        SocketException socket => socket.SocketErrorCode.ToString(),
        OperationCanceledException => stopping.IsCancellationRequested ? "the binding was closed" : "no answer in time",
        _ => exception.GetType().Name,
    };
}
