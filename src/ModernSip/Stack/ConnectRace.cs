using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>
/// Connections to several addresses of one server: the next begins when the former have not answered for a moment, and the first that is open is taken (RFC 8305 §5).
/// An address that answers nothing, often one of a family that does not work here, costs that moment and no more.
/// </summary>
/// <remarks>While one address alone has been tried, its failure is thrown: what comes next is the failover policy's to say.</remarks>
internal sealed class ConnectRace(AccessPoint accessPoint, string host, TargetFinder finder, HopResolver resolver)
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250); // RFC 8305 §8

    private readonly List<Racer> _running = [];
    private readonly List<Exception> _failures = [];
    private int _begun;

    /// <summary>Runs the race.</summary>
    /// <param name="first">The target that begins.</param>
    /// <param name="cancellationToken">Ends the race.</param>
    /// <returns>The target that won, and its flow.</returns>
    /// <exception cref="SipTransportException">None of the addresses tried can be connected to.</exception>
    public async ValueTask<(HopTarget Target, SipFlow Flow)> RunAsync(HopTarget first, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Begin(first, over.Token);
            while (true)
            {
                var isLate = !await SettleAsync(cancellationToken).ConfigureAwait(false);
                if (_running.Find(static racer => racer.Connecting.IsCompletedSuccessfully) is { } winner)
                {
                    PutOffOthers(winner);
                    return (winner.Target, await winner.Connecting.ConfigureAwait(false));
                }

                RemoveFailed(cancellationToken);
                if (_running.Count == 0) throw Failure();
                if (isLate && finder.TakeSibling(first) is { } sibling) Begin(sibling, over.Token);
            }
        }
        finally
        {
            await over.CancelAsync(resolver.Continuations).ConfigureAwait(false); // the others are given up
        }
    }

    private void Begin(HopTarget target, CancellationToken over)
    {
        _begun++;
        var connecting = accessPoint.ConnectAsync(target, host, over).AsTask();
        _ = connecting.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default); // one that is given up may fail unseen
        _running.Add(new Racer(target, connecting));
    }

    /// <summary>Waits until a connection is open or has failed, or until it is the next one's turn.</summary>
    /// <returns>False where the next one's turn has come.</returns>
    private async ValueTask<bool> SettleAsync(CancellationToken cancellationToken)
    {
        var settled = Task.WhenAny(_running.Select(static racer => racer.Connecting));
        var hasNext = _begun < FailoverPolicy.MostTargets && finder.HasSibling(_running[0].Target);
        try
        {
            await settled.WaitAsync(hasNext ? HeadStart : Timeout.InfiniteTimeSpan, resolver.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void RemoveFailed(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var failed in _running.FindAll(static racer => racer.Connecting.IsCompleted))
        {
            _running.Remove(failed);
            _failures.Add(failed.Connecting.Exception?.InnerException ?? new SipTransportException($"The connection to {failed.Target} was given up."));
            resolver.Memory.Avoid(failed.Target, resolver.Pause);
        }
    }

    /// <summary>Those that had begun before the winner come behind the others for a while, or each request would wait for them again.</summary>
    private void PutOffOthers(Racer winner)
    {
        var isBefore = true;
        foreach (var racer in _running)
        {
            if (racer == winner)
            {
                isBefore = false;
                continue;
            }

            if (isBefore) resolver.Memory.Avoid(racer.Target, resolver.Pause);
            if (!racer.Connecting.IsFaulted) finder.PutOff(racer.Target);
        }
    }

    private Exception Failure() => _failures.Count == 1
        ? _failures[0]
        : new SipTransportException($"None of {_failures.Count} addresses of {host} can be connected to: {string.Join("; ", _failures.Select(static failure => failure.Message))}", _failures[^1]);

    private sealed record Racer(HopTarget Target, Task<SipFlow> Connecting);
}
