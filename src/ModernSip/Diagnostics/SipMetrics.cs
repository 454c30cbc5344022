using System.Diagnostics.Metrics;

namespace ModernSip.Diagnostics;

/// <summary>The instruments of the meter <c>ModernSip</c>; docs/observing.md explains them. Nobody listening, they cost a test of a flag.</summary>
internal sealed class SipMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "ModernSip";

    private static readonly string[] Classes = ["", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx"];

    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _retransmissions;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _responsesSent;
    private readonly Counter<long> _responsesReceived;
    private readonly Counter<long> _automaticAnswers;
    private readonly UpDownCounter<long> _registrations;
    private readonly Counter<long> _registrationFailures;

    /// <param name="meter">The meter, owned by the caller.</param>
    public SipMetrics(Meter meter)
    {
        _received = meter.CreateCounter<long>("modernsip.messages.received", "{message}", "Messages that arrived whole.");
        _sent = meter.CreateCounter<long>("modernsip.messages.sent", "{message}", "Messages handed to a socket or to its queue.");
        _dropped = meter.CreateCounter<long>("modernsip.messages.dropped", "{message}", "Messages dropped, by reason.");
        _malformed = meter.CreateCounter<long>("modernsip.messages.malformed", "{message}", "Messages that could not be parsed.");
        _retransmissions = meter.CreateCounter<long>("modernsip.transactions.retransmissions", "{message}", "Messages sent again by a timer or for a repeated request.");
        _timeouts = meter.CreateCounter<long>("modernsip.transactions.timeouts", "{transaction}", "Client transactions that got no final response in time.");
        _responsesSent = meter.CreateCounter<long>("modernsip.responses.sent", "{response}", "Responses given, by class.");
        _responsesReceived = meter.CreateCounter<long>("modernsip.responses.received", "{response}", "Responses that matched a client transaction, by class.");
        _automaticAnswers = meter.CreateCounter<long>("modernsip.answers.automatic", "{response}", "Responses that the stack gave without the application, by method, status and reason.");
        _registrations = meter.CreateUpDownCounter<long>("modernsip.registrations", "{registration}", "Registrations that live, by state.");
        meter.CreateObservableUpDownCounter("modernsip.buffers.rented", () => Buffers.Rented, "{buffer}", "Buffers of the array pool that messages are in.");
        _registrationFailures = meter.CreateCounter<long>("modernsip.registrations.failures", "{failure}", "REGISTERs that were not accepted, by reason: a status, timeout, transport, resolution, forbidden, other.");
    }

    /// <summary>The buffers of the stack's messages.</summary>
    public PooledBuffers Buffers { get; } = new();

    /// <summary>A registration goes from one state to another; null where it did not live before, or lives no more.</summary>
    public void RegistrationChanged(string? before, string? now)
    {
        if (before == now) return;
        if (before is not null) _registrations.Add(-1, Tag("state", before));
        if (now is not null) _registrations.Add(1, Tag("state", now));
    }

    public void RegistrationFailed(string reason) => _registrationFailures.Add(1, Tag("reason", reason));

    /// <summary>Makes the instruments that are read, not counted: what the stack holds now.</summary>
    /// <param name="meter">The meter, owned by the caller.</param>
    /// <param name="read">Counts what is held. Called on a thread of whoever listens.</param>
    public static void Observe(Meter meter, Func<StackCounts> read)
    {
        meter.CreateObservableUpDownCounter(
            "modernsip.transactions.active",
            () =>
            {
                var counts = read();
                return (Measurement<long>[])
                [
                    Of(counts.ClientInvites, "client", "INVITE"), Of(counts.ClientOthers, "client", "other"),
                    Of(counts.ServerInvites, "server", "INVITE"), Of(counts.ServerOthers, "server", "other"),
                ];
            },
            "{transaction}",
            "Transactions that live, until their last timer.");
        meter.CreateObservableUpDownCounter("modernsip.dialogs.active", () => read().Dialogs, "{dialog}", "Dialogs that live.");
        meter.CreateObservableUpDownCounter("modernsip.timers.pending", () => read().Timers, "{timer}", "Protocol timers that run.");
        meter.CreateObservableGauge("modernsip.queue.length", () => read().Queued, "{message}", "Messages and commands that wait for a shard.");

        static Measurement<long> Of(long value, string role, string method) => new(value, Tag("sip.transaction.role", role), Tag("sip.method", method));
    }

    public void Received(string transport) => _received.Add(1, Tag("sip.transport", transport));

    public void Sent(string transport) => _sent.Add(1, Tag("sip.transport", transport));

    public void Dropped(string transport, string reason) => _dropped.Add(1, Tag("sip.transport", transport), Tag("reason", reason));

    public void Malformed(string transport) => _malformed.Add(1, Tag("sip.transport", transport));

    public void AnsweredByStack(string method, int statusCode, string reason) => _automaticAnswers.Add(1, Tag("sip.method", method), new("sip.response.status_code", statusCode), Tag("reason", reason));

    public void Retransmitted(string method) => _retransmissions.Add(1, Tag("sip.method", method));

    public void TimedOut(string method) => _timeouts.Add(1, Tag("sip.method", method));

    public void Responded(int statusCode) => _responsesSent.Add(1, Tag("sip.response.class", Classes[statusCode / 100]));

    public void ResponseReceived(int statusCode) => _responsesReceived.Add(1, Tag("sip.response.class", Classes[statusCode / 100]));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}

/// <summary>What a stack holds at one moment.</summary>
internal readonly record struct StackCounts(long ClientInvites, long ClientOthers, long ServerInvites, long ServerOthers, long Dialogs, long Timers, long Queued);
