using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>One loop that reads one channel and alone owns what it holds: transactions, timers, and what the layers above keep here.</summary>
/// <remarks>
/// Everything of one call has one Call-ID and so one shard: no lock, and order is kept. When the shard is idle, the thread that writes an input
/// runs the loop itself: a datagram is handled to its end on the thread that received it.
/// </remarks>
internal sealed class Shard
{
    private const int InputsPerTick = 64;

    private readonly Channel<ShardInput> _inbox = Channel.CreateUnbounded<ShardInput>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private readonly TimerWheel _wheel = new(0);
    private readonly ITimer _clock;
    private readonly ILogger _logger;
    private readonly int _maxQueueLength;
    private readonly Action _resume;
    private readonly Completion<bool> _ended;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _waiting;
    private long _armedTick = long.MaxValue;
    private int _queueLength;

    public Shard(TransactionEngine engine, SipPlatform platform, int maxQueueLength, Func<Shard, ITransactionCore> createCore, ILogger logger)
    {
        Engine = engine;
        _time = platform.Time;
        _ended = new Completion<bool>(platform.Continuations);
        _startTimestamp = _time.GetTimestamp();
        _maxQueueLength = maxQueueLength;
        _logger = logger;
        Core = createCore(this);
        Clients = new ClientTransactions(this);
        Servers = new ServerTransactions(this);
        _resume = Resume;
        using (ExecutionContext.SuppressFlow()) // the clock outlives whatever request happened to create the stack
        {
            _clock = platform.CreateClock(OnClock);
        }

        Run();
    }

    public TransactionEngine Engine { get; }

    public ITransactionCore Core { get; }

    public ClientTransactions Clients { get; }

    public ServerTransactions Servers { get; }

    public int PendingTimers => _wheel.Count;

    public int QueueLength => Volatile.Read(ref _queueLength);

    /// <summary>Runs work on the shard. Work that comes after the end of the shard is refused.</summary>
    /// <returns>Whether the work will run.</returns>
    public bool Post(Action<Shard, object?> work, object? state)
    {
        Interlocked.Increment(ref _queueLength);
        if (_inbox.Writer.TryWrite(new ShardInput(work, state, null, null))) return true;
        Interlocked.Decrement(ref _queueLength);
        return false;
    }

    /// <summary>Hands over a received message. A full queue drops it: to the peer that is the loss of a datagram.</summary>
    /// <returns>Whether the message was taken.</returns>
    public bool TryPost(SipMessage message, SipFlow flow)
    {
        var most = BeginsSomething(message) ? (_maxQueueLength + 1) / 2 : _maxQueueLength;
        if (Interlocked.Increment(ref _queueLength) <= most && _inbox.Writer.TryWrite(new ShardInput(null, null, message, flow))) return true;
        Interlocked.Decrement(ref _queueLength);
        return false;
    }

    public void Schedule(TimerNode node, TimeSpan delay) => _wheel.Schedule(node, TickBehind(delay));

    /// <summary>
    /// Schedules what may come late, by at most a hundredth of the delay: such timers come due together. Each time that one wakes a shard which has nothing
    /// else to do costs as much as a message, and transactions that have done their work end thousandfold.
    /// </summary>
    public void ScheduleLoosely(TimerNode node, TimeSpan delay)
    {
        var most = Math.Max(1, (long)delay.TotalMilliseconds / 100);
        var step = 1L << BitOperations.Log2((ulong)most);
        _wheel.Schedule(node, (TickBehind(delay) + step - 1) & -step);
    }

    public void Unschedule(TimerNode node)
    {
        if (node.IsScheduled) _wheel.Cancel(node);
    }

    /// <summary>Ends the loop once what is queued has been handled.</summary>
    public async Task StopAsync()
    {
        _inbox.Writer.TryComplete();
        await _ended.Task.ConfigureAwait(false);
        await _clock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The tick of the wheel behind a delay, rounded up: never early.</summary>
    private long TickBehind(TimeSpan delay)
    {
        var elapsed = _time.GetElapsedTime(_startTimestamp) + delay;
        return (elapsed.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
    }

    private static bool BeginsSomething(SipMessage message) => message is SipRequest request && request.Method != SipMethod.Cancel && request.Headers.To!.TagOctets.IsEmpty;

    private void OnClock() => Post(static (shard, _) => shard._armedTick = long.MaxValue, null); // the loop advances the wheel after every batch

#pragma warning disable CA2012, VSTHRD002 // Each wait is consumed once, and its result is only taken when it has ended: nothing blocks.

    /// <summary>
    /// Handles what waits, until nothing does; the next writer goes on here. Not an async method: that would carry the execution context of
    /// the first writer along for the life of the shard.
    /// </summary>
    private void Run()
    {
        while (true)
        {
            Drain();
            var waiting = _inbox.Reader.WaitToReadAsync().ConfigureAwait(false).GetAwaiter();
            if (!waiting.IsCompleted)
            {
                _waiting = waiting;
                waiting.UnsafeOnCompleted(_resume);
                return;
            }

            if (waiting.GetResult()) continue;
            _ended.Set(true);
            return;
        }
    }

    private void Resume()
    {
        if (_waiting.GetResult()) Run();
        else _ended.Set(true);
    }

#pragma warning restore CA2012, VSTHRD002

    private void Drain()
    {
        var sinceTick = 0;
        while (_inbox.Reader.TryRead(out var input))
        {
            Interlocked.Decrement(ref _queueLength);
            Handle(input);
            if (++sinceTick < InputsPerTick) continue;
            sinceTick = 0;
            AdvanceClock(); // timers come due under load as well
        }

        AdvanceClock();
    }

    private void Handle(in ShardInput input)
    {
        try
        {
            if (input.Work is not null) input.Work(this, input.State);
            else if (input.Message is SipResponse response) Clients.Receive(response, input.Flow!);
            else Servers.Receive((SipRequest)input.Message!, input.Flow!);
        }
#pragma warning disable CA1031 // A fault in one message must not end the loop that serves all others; it is logged as the defect it is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.ShardFault(exception);
        }
    }

    private void AdvanceClock()
    {
        try
        {
            _wheel.Advance((long)_time.GetElapsedTime(_startTimestamp).TotalMilliseconds);
        }
#pragma warning disable CA1031 // As above; the wheel goes on with the next node.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.ShardFault(exception);
        }

        if (_wheel.NextDue is not { } due || due >= _armedTick) return;
        _armedTick = due;
        var delay = TimeSpan.FromMilliseconds(due) - _time.GetElapsedTime(_startTimestamp);
        _clock.Change(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private readonly record struct ShardInput(Action<Shard, object?>? Work, object? State, SipMessage? Message, SipFlow? Flow);
}
