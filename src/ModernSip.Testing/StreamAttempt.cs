using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>An attempt to connect, and those who wait for it. The network guards it.</summary>
internal sealed class StreamAttempt(SipContinuations continuations)
{
    // Each has a task of its own, completed from the platform's continuations, so that in virtual time the awaiting code runs on inline: of several
    // that await one task, the runtime sends all but the last to the thread pool.
    private readonly List<TaskCompletionSource<SipFlow>> _waiters = [];

    public Task<SipFlow> WaitAsync()
    {
        var waiter = new TaskCompletionSource<SipFlow>();
        _waiters.Add(waiter);
        return waiter.Task;
    }

    public void Succeed(SipFlow flow)
    {
        foreach (var waiter in _waiters) continuations.Post(_ => waiter.TrySetResult(flow), null);
    }

    public void Fail(string reason)
    {
        foreach (var waiter in _waiters) continuations.Post(_ => waiter.TrySetException(new SipTransportException(reason)), null);
    }
}
