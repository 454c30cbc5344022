using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SipSimulationTests : IDisposable
{
    private readonly SipSimulation _simulation = new(seed: 7);

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void Run_LongDelay_TakesVirtualTimeOnly()
    {
        var real = TimeProvider.System.GetTimestamp();

        _simulation.Run(() => _simulation.DelayAsync(TimeSpan.FromMinutes(50)));

        _simulation.Time.Elapsed.Should().Be(TimeSpan.FromMinutes(50));
        TimeProvider.System.GetElapsedTime(real).Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Run_TwoFlows_InterleaveByTime()
    {
        var seen = new List<string>();
        async Task Walk(string name, int step)
        {
            for (var i = 0; i < 3; i++)
            {
                await _simulation.DelayAsync(TimeSpan.FromSeconds(step));
                seen.Add($"{name}@{_simulation.Time.Elapsed.TotalSeconds}");
            }
        }

        _simulation.Run(() => Task.WhenAll(Walk("a", 2), Walk("b", 3)));

        seen.Should().Equal("a@2", "b@3", "a@4", "b@6", "a@6", "b@9");
    }

    [Fact]
    public void Run_AwaitsOfTheTest_StayOnTheThreadAndInItsContext()
    {
        var outer = SynchronizationContext.Current;
        var thread = Environment.CurrentManagedThreadId;

        _simulation.Run(async () =>
        {
            var context = SynchronizationContext.Current;
            context.Should().NotBeNull();
            await Task.Yield();
            await _simulation.DelayAsync(TimeSpan.FromSeconds(1));
            SynchronizationContext.Current.Should().BeSameAs(context);
            await Task.Run(() => Environment.CurrentManagedThreadId.Should().NotBe(thread));
            Environment.CurrentManagedThreadId.Should().Be(thread);
            SynchronizationContext.Current.Should().BeSameAs(context);
        });

        SynchronizationContext.Current.Should().BeSameAs(outer);
    }

    [Fact]
    public void Run_WorkOfTheLibrary_RunsOnThePumpWithoutContext()
    {
        var thread = Environment.CurrentManagedThreadId;
        var seen = new List<string>();

        _simulation.Run(async () =>
        {
            var done = new TaskCompletionSource();
            _simulation.Platform.Continuations.Post(
                state =>
                {
                    seen.Add($"posted {state} {SynchronizationContext.Current is null} {Environment.CurrentManagedThreadId == thread}");
                    done.SetResult();
                },
                "x");
            seen.Add("returned");
            await done.Task;
        });

        seen.Should().Equal("returned", "posted x True True");
    }

    [Fact]
    public void Run_LibraryAwaitsTimer_ResumesInlineOnThePump()
    {
        var thread = Environment.CurrentManagedThreadId;
        async Task<bool> Library()
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _simulation.Time).ConfigureAwait(false);
            return Environment.CurrentManagedThreadId == thread && SynchronizationContext.Current is null;
        }

        _simulation.Run(Library).Should().BeTrue();
    }

    [Fact]
    public void Run_MainEndsOnAPoolThread_Returns()
    {
        _simulation.Run(async () => await Task.Run(() => { }).ConfigureAwait(false));

        _simulation.Time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Run_NothingCanRun_SaysStuck()
    {
        _simulation.OutsideLimit = TimeSpan.FromMilliseconds(50);

        var run = () => _simulation.Run(() => new TaskCompletionSource().Task);

        run.Should().Throw<SipSimulationException>().WithMessage("The simulation is stuck*seed 7*");
    }

    [Fact]
    public void Run_AnotherThreadArmsATimerWhileThePumpWaits_IsNotStuck()
    {
        using var never = new ManualResetEventSlim();
        var ended = new TaskCompletionSource();
        ITimer? timer = null;
        var other = new Thread(() =>
        {
            never.Wait(TimeSpan.FromMilliseconds(100)); // the pump has nothing to do meanwhile
            timer = _simulation.Time.CreateTimer(_ => ended.SetResult(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        });

        _simulation.Run(() =>
        {
            other.Start();
            return ended.Task;
        });

        _simulation.Time.Elapsed.Should().Be(TimeSpan.FromMinutes(1));
        timer!.Dispose();
    }

    [Fact]
    public void Run_BeyondTheLimit_ThrowsTimeoutNamingIt()
    {
        using var ticker = _simulation.Time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        var run = () => _simulation.Run(() => new TaskCompletionSource().Task, TimeSpan.FromSeconds(90));

        run.Should().Throw<TimeoutException>().WithMessage("*00:01:30*");
        _simulation.Time.Elapsed.Should().Be(TimeSpan.FromSeconds(90));
    }

    [Fact]
    public void Run_TimerRearmsAtOnceForEver_SaysThatTimeDoesNotMove()
    {
        ITimer? timer = null;
        timer = _simulation.Time.CreateTimer(_ => timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        var run = () => _simulation.Run(() => _simulation.DelayAsync(TimeSpan.FromSeconds(1)));

        run.Should().Throw<SipSimulationException>().WithMessage("*does not move*");
    }

    [Fact]
    public void Run_MainThrows_RethrowsWithItsOwnStack()
    {
        async Task Main()
        {
            await _simulation.DelayAsync(TimeSpan.FromSeconds(1));
            ThrowFromHere();
        }

        var run = () => _simulation.Run(Main);

        run.Should().Throw<FormatException>().Which.StackTrace.Should().Contain(nameof(ThrowFromHere));
        _simulation.Run(() => Task.CompletedTask); // and it can be used again
    }

    [Fact]
    public void Run_MainIsCanceled_ThrowsCancellation()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(3), _simulation.Time);

        var run = () => _simulation.Run(() => _simulation.DelayAsync(TimeSpan.FromSeconds(9), cancellation.Token));

        run.Should().Throw<OperationCanceledException>();
        _simulation.Time.Elapsed.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Run_PostedWorkThrows_Fails()
    {
        var run = () => _simulation.Run(async () =>
        {
            _simulation.Continuations.Post(_ => ThrowFromHere(), null);
            await _simulation.DelayAsync(TimeSpan.FromSeconds(1));
        });

        run.Should().Throw<FormatException>();
    }

    [Fact]
    public void Run_TimerCallbackThrows_Fails()
    {
        using var timer = _simulation.Time.CreateTimer(_ => ThrowFromHere(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        var run = () => _simulation.Run(() => _simulation.DelayAsync(TimeSpan.FromSeconds(2)));

        run.Should().Throw<FormatException>();
    }

    [Fact]
    public void Run_InsideRun_Throws()
    {
        var run = () => _simulation.Run(() => { _simulation.Run(() => Task.CompletedTask); return Task.CompletedTask; });

        run.Should().Throw<InvalidOperationException>().WithMessage("*running already*");
    }

    [Fact]
    public void Advance_InsideRun_RunsWhatBecomesDue()
    {
        _simulation.Run(() =>
        {
            var delay = _simulation.DelayAsync(TimeSpan.FromSeconds(5));
            _simulation.Time.Advance(TimeSpan.FromSeconds(5));
            delay.IsCompletedSuccessfully.Should().BeTrue();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void Advance_PostedWork_IsDoneBeforeTheNextTimer()
    {
        var seen = new List<string>();
        using var one = _simulation.Time.CreateTimer(_ => { seen.Add("timer 1"); _simulation.Continuations.Post(_ => seen.Add("work 1"), null); }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using var two = _simulation.Time.CreateTimer(_ => seen.Add("timer 2"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _simulation.Time.Advance(TimeSpan.FromSeconds(1));

        seen.Should().Equal("timer 1", "work 1", "timer 2");
    }

    [Fact]
    public void Random_SameSeed_GivesTheSameKnownSequence()
    {
        // The first outputs of SplitMix64 for the seed 1234567, as its authors' reference code prints them.
        var octets = new byte[16];
        new SipSeededRandom(1234567).Fill(octets);

        BitConverter.ToUInt64(octets, 0).Should().Be(6457827717110365317);
        BitConverter.ToUInt64(octets, 8).Should().Be(3203168211198807973);
    }

    [Fact]
    public void Fork_DrawsThere_LeaveTheParentAlone()
    {
        var (one, other) = (new SipSeededRandom(3), new SipSeededRandom(3));
        one.Fork().NextToken(100);
        other.Fork();

        one.NextToken(20).Should().Be(other.NextToken(20));
    }

    private static void ThrowFromHere() => throw new FormatException("thrown on purpose");

    [Fact]
    public void Run_WithoutOutsideWork_FailsWhenWorkLeavesThePump()
    {
        using var simulation = new SipSimulation { AwaitsOutsideWork = false };
        FluentActions.Invoking(() => simulation.Run(async () =>
        {
            await Task.Run(static () => { });
            await simulation.DelayAsync(TimeSpan.FromSeconds(1));
        })).Should().Throw<SipSimulationException>().WithMessage("*left the pump*");
    }
}
