using System.Diagnostics.Metrics;

namespace ModernSip.Cli.Running;

/// <summary>Counts the messages that the stack sent again, by the stack's own meter.</summary>
internal sealed class RetransmissionCounter : IDisposable
{
    private readonly MeterListener _listener;
    private long _count;

    public RetransmissionCounter()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "ModernSip" && instrument.Name == "modernsip.transactions.retransmissions") listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref _count, measurement));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
