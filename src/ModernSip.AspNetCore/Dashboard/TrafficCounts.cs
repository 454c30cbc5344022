using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>Counts by the library's instruments, sampled every second for a minute back.</summary>
internal sealed class TrafficCounts : IDisposable
{
    private const int Kept = 61;

    private static readonly string[] Sampled = ["modernsip.messages.received", "modernsip.messages.sent"];

    private readonly TimeProvider _time;
    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener;
    private readonly ITimer _timer;
    private readonly ConcurrentDictionary<string, long> _totals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(long At, long[] Totals)> _samples = new();

    public TrafficCounts(TimeProvider time, IMeterFactory meters)
    {
        (_time, _meters) = (time, meters);
        _listener = new MeterListener { InstrumentPublished = Follow };
        _listener.SetMeasurementEventCallback<long>(OnMeasured);
        _listener.Start();
        Sample();
        _timer = time.CreateTimer(static state => ((TrafficCounts)state!).Sample(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>What a counter has counted since the start; 0 where nothing was.</summary>
    public long Total(string instrument) => _totals.GetValueOrDefault(instrument);

    /// <summary>Reads what the stack holds now: dialogs, transactions, messages that wait.</summary>
    public IReadOnlyDictionary<string, long> ReadHeld()
    {
        _held.Clear();
        _listener.RecordObservableInstruments();
        return _held;
    }

    /// <summary>The rates of the last minute, second by second, the oldest first.</summary>
    public (IReadOnlyList<double> Received, IReadOnlyList<double> Sent) Rates()
    {
        var samples = _samples.ToArray();
        return (RatesOf(0), RatesOf(1));

        IReadOnlyList<double> RatesOf(int which) => [.. samples.Zip(samples.Skip(1), (before, after) => (after.Totals[which] - before.Totals[which]) / Math.Max(0.001, _time.GetElapsedTime(before.At, after.At).TotalSeconds))];
    }

    public void Dispose()
    {
        _timer.Dispose();
        _listener.Dispose();
    }

    private void Follow(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == "ModernSip" && ReferenceEquals(instrument.Meter.Scope, _meters)) listener.EnableMeasurementEvents(instrument); // a process may have several stacks
    }

    private void OnMeasured(Instrument instrument, long measured, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        (instrument.IsObservable ? _held : _totals).AddOrUpdate(instrument.Name, static (_, added) => added, static (_, sum, added) => sum + added, measured);

    private void Sample()
    {
        _samples.Enqueue((_time.GetTimestamp(), Array.ConvertAll(Sampled, Total)));
        while (_samples.Count > Kept) _samples.TryDequeue(out _);
    }
}
