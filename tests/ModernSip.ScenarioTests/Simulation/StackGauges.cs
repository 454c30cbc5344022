using System.Diagnostics.Metrics;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Gives the stacks of one world a meter of their own and reads from it what they hold, as an operator's dashboard would.</summary>
internal sealed class StackGauges : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options.Name, options.Version, options.Tags, scope: this);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>What is held now and is not zero, by instrument.</summary>
    public IReadOnlyList<string> ReadHeld()
    {
        var held = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.IsObservable && ReferenceEquals(instrument.Meter.Scope, this)) self.EnableMeasurementEvents(instrument);
            },
        };
        var instruments = 0;
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            instruments++;
            if (value != 0) held.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(static tag => tag.Value))}: {value}");
        });
        listener.Start();
        listener.RecordObservableInstruments();
        if (instruments < 8 * _meters.Count) held.Add($"{instruments} measurements of {_meters.Count} stacks are too few");
        return held;
    }

    public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
}
