using System.Threading.Channels;

namespace ModernSip.Cli.Output;

/// <summary>Takes events from any thread without making it wait, and hands them to the sink in order.</summary>
internal sealed class EventQueue : IAsyncDisposable
{
    private readonly Channel<CliEvent> _events = Channel.CreateUnbounded<CliEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeProvider _time;
    private readonly TextWriter? _trace;
    private readonly Task _showing;

    /// <param name="sink">Shows them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="trace">Is written every message to; null for none.</param>
    public EventQueue(IEventSink sink, TimeProvider time, TextWriter? trace)
    {
        _time = time;
        _trace = trace;
        _showing = ShowAsync(sink);
    }

    public void Emit(CliEvent said) => _events.Writer.TryWrite(said with { At = _time.GetUtcNow().UtcDateTime });

    /// <summary>Waits until all has been shown.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _showing.ConfigureAwait(false);
    }

    private async Task ShowAsync(IEventSink sink)
    {
        await Task.Yield(); // a sink may block where it starts
        try
        {
            await sink.ShowAsync(InOrderAsync()).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Nobody reads any more, as behind "| head -1": the command goes on, and ends its calls properly.
        }
    }

    private async IAsyncEnumerable<CliEvent> InOrderAsync()
    {
        var last = DateTime.MinValue;
        await foreach (var said in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_trace is not null && said is WireEvent wire) await _trace.WriteLineAsync(wire.Text).ConfigureAwait(false);
            // Two threads may be stamped in one order and queued in the other.
            last = said.At > last ? said.At : last;
            yield return said with { At = last };
        }
    }
}
