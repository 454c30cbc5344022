using System.Diagnostics.Metrics;

namespace ModernSip.Diagnostics;

/// <summary>The instruments of the meter <c>ModernSip</c>.</summary>
internal sealed class SipMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "ModernSip";

    private static readonly string[] Classes = ["", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx"];

    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _retransmissions;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _responses;
    private readonly Counter<long> _automaticAnswers;
    private readonly UpDownCounter<long> _registrations;
    private readonly Counter<long> _registrationFailures;
    private readonly UpDownCounter<long> _clients;
    private readonly UpDownCounter<long> _servers;

    /// <param name="meter">The meter, owned by the caller.</param>
    public SipMetrics(Meter meter)
    {
        _received = meter.CreateCounter<long>("modernsip.messages.received", "{message}", "Messages that arrived whole.");
        _sent = meter.CreateCounter<long>("modernsip.messages.sent", "{message}", "Messages handed to a socket or to its queue.");
        _dropped = meter.CreateCounter<long>("modernsip.messages.dropped", "{message}", "Messages dropped, by reason.");
        _retransmissions = meter.CreateCounter<long>("modernsip.transactions.retransmissions", "{message}", "Messages sent again by a transaction.");
        _timeouts = meter.CreateCounter<long>("modernsip.transactions.timeouts", "{transaction}", "Client transactions that got no final response.");
        _responses = meter.CreateCounter<long>("modernsip.responses.sent", "{response}", "Responses given, by class.");
        _automaticAnswers = meter.CreateCounter<long>("modernsip.answers.automatic", "{response}", "Responses that the stack gave without the application, by method, status and reason.");
        _registrations = meter.CreateUpDownCounter<long>("modernsip.registrations", "{registration}", "Registrations that live, by state.");
        _registrationFailures = meter.CreateCounter<long>("modernsip.registrations.failures", "{failure}", "REGISTERs that were not accepted, by reason: a status, timeout, transport, resolution, forbidden, other.");
        _clients = meter.CreateUpDownCounter<long>("modernsip.transactions.client.active", "{transaction}", "Client transactions that live.");
        _servers = meter.CreateUpDownCounter<long>("modernsip.transactions.server.active", "{transaction}", "Server transactions that live.");
    }

    /// <summary>A registration goes from one state to another; null where it did not live before, or lives no more.</summary>
    public void RegistrationChanged(string? before, string? now)
    {
        if (before == now) return;
        if (before is not null) _registrations.Add(-1, Tag("state", before));
        if (now is not null) _registrations.Add(1, Tag("state", now));
    }

    public void RegistrationFailed(string reason) => _registrationFailures.Add(1, Tag("reason", reason));

    public void Received(string protocol) => _received.Add(1, Tag("protocol", protocol));

    public void Sent(string protocol) => _sent.Add(1, Tag("protocol", protocol));

    public void Dropped(string protocol, string reason) => _dropped.Add(1, Tag("protocol", protocol), Tag("reason", reason));

    public void Retransmitted(string method) => _retransmissions.Add(1, Tag("method", method));

    public void TimedOut(string method) => _timeouts.Add(1, Tag("method", method));

    public void Responded(int statusCode) => _responses.Add(1, Tag("class", Classes[statusCode / 100]));

    public void AnsweredByStack(string method, int statusCode, string reason) => _automaticAnswers.Add(1, Tag("method", method), new("status", statusCode), Tag("reason", reason));

    public void ClientStarted(string method) => _clients.Add(1, Tag("method", method));

    public void ClientEnded(string method) => _clients.Add(-1, Tag("method", method));

    public void ServerStarted(string method) => _servers.Add(1, Tag("method", method));

    public void ServerEnded(string method) => _servers.Add(-1, Tag("method", method));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
