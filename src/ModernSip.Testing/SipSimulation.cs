using ModernSip.Platform;

namespace ModernSip.Testing;

/// <summary>A world of its own on one thread: virtual time, seeded randomness, and a queue of the work that can run now.</summary>
/// <remarks>
/// <para>
/// <see cref="Run(Func{Task}, TimeSpan?)"/> pumps the queue on the calling thread; whenever nothing can run, it moves the clock to the next timer. So hours pass
/// in milliseconds, and two runs from the same seed do the same in the same order.
/// </para>
/// <para>
/// The test's own code runs in a synchronization context, so that its awaits come back to the pump. The library's code runs without one:
/// what it awaits with <c>ConfigureAwait(false)</c> goes on inline.
/// </para>
/// <para>
/// Some awaits go through the thread pool all the same (a task completed by test code that library code awaits, a
/// <see cref="TaskCompletionSource"/> that runs its continuations asynchronously, <see cref="Task.Run(Action)"/>). Before the
/// clock moves, the pump therefore looks whether the pool is at work, and only then waits in real time: for <see cref="OutsidePause"/>, and
/// while work is queued in the pool or work of this run is on another thread, for <see cref="OutsideLimit"/>. Work that blocks for longer is overtaken by the clock.
/// So is work that a thread of the pool has taken from the queue and not begun within <see cref="OutsidePause"/>, which nobody can see: it takes a thread that is
/// suspended for as long at that very place, as happens on a machine with far more to do than processors. Where that matters, give the pause more time, or let nothing leave
/// the pump (<see cref="AwaitsOutsideWork"/>). What runs in the pool runs beside the pump, so a run is repeatable only as far as it keeps to the pump.
/// </para>
/// </remarks>
public sealed class SipSimulation : IDisposable
{
    private const int MostWorkAtOneInstant = 1_000_000;

    private readonly SimulationQueue _queue = new();
    private readonly PoolActivity _pool = new();
    private int _pumpThread;
    private TimeSpan _instant;
    private int _workAtInstant;

    /// <summary>Makes a world in which nothing has happened yet.</summary>
    /// <param name="seed">Decides every random choice.</param>
    /// <param name="start">The first date; without it, 2030-01-01 00:00 UTC.</param>
    public SipSimulation(ulong seed = 1, DateTimeOffset? start = null)
    {
        Seed = seed;
        Time = new SipVirtualTime(start, Settle);
        Random = new SipSeededRandom(seed);
        Platform = new SipPlatform { Time = Time, Random = Random, Continuations = _queue.Continuations, Network = null };
    }

    /// <summary>The seed that repeats this run.</summary>
    public ulong Seed { get; }

    /// <summary>The clock.</summary>
    public SipVirtualTime Time { get; }

    /// <summary>The source of randomness.</summary>
    public SipSeededRandom Random { get; }

    /// <summary>Queues work for the pump; it runs there in order and without a synchronization context.</summary>
    public SipContinuations Continuations => _queue.Continuations;

    /// <summary>The clock, the randomness and the queue, as the library takes them. Networks do not change in it: see <see cref="PlatformOf"/>.</summary>
    public SipPlatform Platform { get; }

    /// <summary>
    /// Whether the run waits for work that goes on outside of the pump. Default true. Without it nothing is waited for in real time, many simulations can run at once
    /// on threads of their own, and work that leaves the pump is an error: the run is repeatable or fails.
    /// </summary>
    /// <remarks>
    /// A test's own code leaves the pump when it completes, in its synchronization context, something that the library awaits. Code that is posted to
    /// <see cref="Continuations"/> and awaits with <c>ConfigureAwait(false)</c> does not.
    /// </remarks>
    public bool AwaitsOutsideWork { get; set; } = true;

    /// <summary>
    /// How long to wait, in real time, for work that the thread pool may be doing, before the clock moves. Default 3 ms. The clock is certain to wait for work of this run that
    /// a thread of the pool begins within this time of taking it up, and ends within <see cref="OutsideLimit"/>. Other work in the pool costs the wait, too.
    /// </summary>
    public TimeSpan OutsidePause { get; set; } = TimeSpan.FromMilliseconds(3);

    /// <summary>The longest wait, in real time, while the thread pool has work queued or work of this run is on another thread, and for any other thread before a run is called stuck. Default 1 s.</summary>
    public TimeSpan OutsideLimit { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Runs an asynchronous method to its end, with everything that it sets in motion.</summary>
    /// <param name="main">The method; it begins on this thread, and its awaits come back to it.</param>
    /// <param name="limit">The most virtual time that it may take. Default one hour.</param>
    /// <exception cref="SipSimulationException">The simulation is stuck (nothing can run and no timer is armed, yet the method has not ended), or it works without end.</exception>
    /// <exception cref="TimeoutException">The method has not ended within <paramref name="limit"/>.</exception>
    /// <exception cref="InvalidOperationException">The simulation is running already.</exception>
    /// <remarks>Exceptions of the method, of timer callbacks and of posted work come out of this call as they were thrown. Work that can run when the method ends is still done.</remarks>
    public void Run(Func<Task> main, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        Pump(main, limit ?? TimeSpan.FromHours(1));
    }

    /// <summary>Runs an asynchronous method to its end, with everything that it sets in motion, and gives its result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="main">The method; it begins on this thread, and its awaits come back to it.</param>
    /// <param name="limit">The most virtual time that it may take. Default one hour.</param>
    /// <exception cref="SipSimulationException">The simulation is stuck (nothing can run and no timer is armed, yet the method has not ended), or it works without end.</exception>
    /// <exception cref="TimeoutException">The method has not ended within <paramref name="limit"/>.</exception>
    /// <exception cref="InvalidOperationException">The simulation is running already.</exception>
    public T Run<T>(Func<Task<T>> main, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        T result = default!; // replaced below, or Run throws
        Pump(KeepResultAsync, limit ?? TimeSpan.FromHours(1));
        return result;

        async Task KeepResultAsync() => result = await main().ConfigureAwait(true); // stays on the pump
    }

    /// <summary>Ends after some virtual time.</summary>
    /// <param name="delay">How long, in whole milliseconds; a fraction is cut off.</param>
    /// <param name="cancellationToken">Ends the waiting early.</param>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) => Task.Delay(delay, Time, cancellationToken);

    /// <summary>The same for a program on a simulated host: its connections follow the host's interface.</summary>
    /// <param name="host">The host.</param>
    public SipPlatform PlatformOf(SipSimulatedHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new SipPlatform { Time = Time, Random = Random, Continuations = _queue.Continuations, Network = host.Interfaces };
    }

    /// <summary>Releases the event on which the pump waits for other threads. Nothing may be posted afterwards.</summary>
    public void Dispose() => _queue.Dispose();

    private void Pump(Func<Task> main, TimeSpan limit)
    {
        if (Interlocked.CompareExchange(ref _pumpThread, Environment.CurrentManagedThreadId, 0) != 0)
            throw new InvalidOperationException("The simulation is running already.");
        _pool.Enter(notesWork: !AwaitsOutsideWork);
        try
        {
            var until = checked(Time.GetTimestamp() + limit.Ticks);
            Task? running = null;
            _queue.PostToTest(
                _ =>
                {
                    running = main();
                    // It may end on another thread, while the pump waits.
                    _ = running.ContinueWith(static (_, queue) => ((SimulationQueue)queue!).Nudge(), _queue, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                },
                null);
            while (true)
            {
                RunQueue();
                if (running is { IsCompleted: true }) break;
                if (OutsideWorkArrives()) continue;
                if (Time.Step(until)) CountWork();
                else if (Time.NextDue is not null) throw new TimeoutException($"The simulation (seed {Seed}) has not ended within {limit} of virtual time.");
                else if (!AnythingArrives()) throw Stuck();
            }

#pragma warning disable VSTHRD002 // The task has ended; this only rethrows its exception with the stack that it was thrown with.
            running.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        finally
        {
            _pool.Leave();
            Volatile.Write(ref _pumpThread, 0);
        }
    }

    /// <summary>Waits in real time for what other threads do: they post work, or arm a timer.</summary>
    private bool AnythingArrives()
    {
        var begun = TimeProvider.System.GetTimestamp();
        do
        {
            if (_queue.WaitForArrival(OutsidePause) || Time.NextDue is not null) return true;
        }
        while (TimeProvider.System.GetElapsedTime(begun) < OutsideLimit);

        return false;
    }

    /// <summary>Runs what can run, until nothing can.</summary>
    private void RunQueue()
    {
        while (_queue.RunOne()) CountWork();
    }

    /// <summary>What the clock calls between two timers when a test advances it by hand.</summary>
    private void Settle()
    {
        var pumpThread = Volatile.Read(ref _pumpThread);
        if (pumpThread != 0 && pumpThread != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("While a simulation runs, only its own thread may advance its clock.");
        do RunQueue();
        while (OutsideWorkArrives());
    }

    private bool OutsideWorkArrives()
    {
        if (!AwaitsOutsideWork)
        {
            if (_pool.WorkedForUs is { } stack) throw new SipSimulationException($"The simulation (seed {Seed}) cannot be repeated: some of its work left the pump, by {Time.Elapsed}, and went on here:\n{stack}");
            return false;
        }

        if (_pool.IsQuiet()) return _queue.WaitForArrival(TimeSpan.Zero); // in this order: the last that the pool did may have been to post
        var begun = TimeProvider.System.GetTimestamp(); // the one real clock here: how long other threads take shows on no virtual one
        do
        {
            if (_queue.WaitForArrival(OutsidePause)) return true;
        }
        while (_pool.IsCertain && TimeProvider.System.GetElapsedTime(begun) < OutsideLimit);

        _pool.Tolerate();
        return _queue.WaitForArrival(TimeSpan.Zero); // it may have come just after the last wait
    }

    private void CountWork()
    {
        if (_instant != Time.Elapsed) (_instant, _workAtInstant) = (Time.Elapsed, 0);
        if (++_workAtInstant > MostWorkAtOneInstant)
            throw new SipSimulationException($"The simulation (seed {Seed}) does not move: {MostWorkAtOneInstant} pieces of work at {_instant}, and still more.");
    }

    private SipSimulationException Stuck() => new(
        $"The simulation is stuck at {Time.Elapsed} (seed {Seed}): its main method waits, but nothing can run, no timer is armed, and no other thread has posted work.");
}
