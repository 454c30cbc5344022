using System.Diagnostics.Metrics;
using ModernSip.Diagnostics;
using ModernSip.Transport;

namespace ModernSip.Tests.Diagnostics;

public sealed class SipMetricsTests
{
    [Fact]
    public void Transport_CountsMessages_TheMeterReportsThemByProtocolAndReason()
    {
        using var meter = new Meter(SipMetrics.MeterName);
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, meter)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.Start();
        var counters = new TransportCounters(SipTransportProtocol.Udp, new SipMetrics(meter));

        counters.CountReceived();
        counters.CountSent();
        counters.CountNotSip();

        seen.Should().Equal("modernsip.messages.received 1 udp", "modernsip.messages.sent 1 udp", "modernsip.messages.dropped 1 udp not_sip");
        (counters.Received, counters.Sent, counters.NotSip).Should().Be((1, 1, 1));
    }

    [Fact]
    public void Buffers_RentedAndGivenBack_TheMeterTellsHowManyAreOut()
    {
        using var meter = new Meter(SipMetrics.MeterName);
        var metrics = new SipMetrics(meter);
        var buffers = new TransportCounters(SipTransportProtocol.Tcp, metrics).Buffers;
        var (one, _) = (buffers.Rent(100), buffers.Rent(200));
        Read().Should().Be(2);
        one.Length.Should().BeGreaterThanOrEqualTo(100);
        buffers.Return(one);
        Read().Should().Be(1);
        buffers.Forget();
        Read().Should().Be(0);

        long Read()
        {
            var rented = -1L;
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, self) =>
                {
                    if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == "modernsip.buffers.rented") self.EnableMeasurementEvents(instrument);
                },
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => rented = value);
            listener.Start();
            listener.RecordObservableInstruments();
            return rented;
        }
    }
}
