using System.Diagnostics.Metrics;

namespace ModernSip.Diagnostics;

/// <summary>The instruments of the meter <c>ModernSip</c>.</summary>
internal sealed class SipMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "ModernSip";

    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _dropped;

    /// <param name="meter">The meter, owned by the caller.</param>
    public SipMetrics(Meter meter)
    {
        _received = meter.CreateCounter<long>("modernsip.messages.received", "{message}", "Messages that arrived whole.");
        _sent = meter.CreateCounter<long>("modernsip.messages.sent", "{message}", "Messages handed to a socket or to its queue.");
        _dropped = meter.CreateCounter<long>("modernsip.messages.dropped", "{message}", "What arrived or was to be sent, and was dropped.");
    }

    public void Received(string protocol) => _received.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    public void Sent(string protocol) => _sent.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    public void Dropped(string protocol, string reason) =>
        _dropped.Add(1, new KeyValuePair<string, object?>("protocol", protocol), new KeyValuePair<string, object?>("reason", reason));
}
