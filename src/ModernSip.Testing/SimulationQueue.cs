using System.Collections.Concurrent;
using ModernSip.Platform;

namespace ModernSip.Testing;

/// <summary>The work of a simulation that can run now, first in, first out. Any thread may add; the pump alone takes.</summary>
internal sealed class SimulationQueue : IDisposable
{
    private readonly ConcurrentQueue<Work> _work = new();
    private readonly ManualResetEventSlim _arrived = new(initialState: false, spinCount: 0);

    public SimulationQueue()
    {
        Continuations = new LibraryContinuations(this);
        Context = new TestContext(this);
    }

    /// <summary>Where the library posts: its work runs without a synchronization context.</summary>
    public SipContinuations Continuations { get; }

    /// <summary>What a test's awaits capture: its work runs in this context again.</summary>
    public SynchronizationContext Context { get; }

    /// <summary>Runs the oldest piece of work in the context that it belongs to.</summary>
    /// <returns>Whether there was any.</returns>
    public bool RunOne()
    {
        if (!_work.TryDequeue(out var work)) return false;
        var outer = SynchronizationContext.Current;
        var flow = ExecutionContext.Capture();
        SynchronizationContext.SetSynchronizationContext(work.OfTest is null ? null : Context);
        try
        {
            if (work.OfTest is null) work.OfLibrary!(work.State); // one of the two is set
            else work.OfTest(work.State);
        }
        finally
        {
            // What the work did to its AsyncLocals is its own affair, as on the thread pool.
            if (flow is not null) ExecutionContext.Restore(flow);
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        return true;
    }

    /// <summary>Waits in real time until other threads have added work.</summary>
    /// <returns>Whether there is work.</returns>
    public bool WaitForArrival(TimeSpan limit)
    {
        _arrived.Reset();
        return !_work.IsEmpty || (_arrived.Wait(limit) && !_work.IsEmpty);
    }

    /// <summary>Makes the pump look around, without any work.</summary>
    public void Nudge() => Add(new Work(static _ => { }, null, null));

    public void PostToTest(SendOrPostCallback work, object? state) => Add(new Work(null, work, state));

    public void Dispose() => _arrived.Dispose();

    private void Add(Work work)
    {
        _work.Enqueue(work);
        _arrived.Set();
    }

    private readonly record struct Work(Action<object?>? OfLibrary, SendOrPostCallback? OfTest, object? State);

    private sealed class LibraryContinuations(SimulationQueue queue) : SipContinuations
    {
        public override void Post(Action<object?> work, object? state) => queue.Add(new Work(work, null, state));
    }

    private sealed class TestContext(SimulationQueue queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => queue.PostToTest(d, state);

        public override void Send(SendOrPostCallback d, object? state)
        {
            if (Current != this) throw new NotSupportedException("A simulation has one thread; nothing can wait for it from another.");
            d(state);
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
