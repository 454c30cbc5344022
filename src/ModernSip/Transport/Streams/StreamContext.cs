using Microsoft.Extensions.Logging;
using ModernSip.Diagnostics;
using ModernSip.Messages;

namespace ModernSip.Transport.Streams;

/// <summary>What all connections of a binding share.</summary>
/// <param name="Receiver">Is given what arrives.</param>
/// <param name="Options">Time limits and the size of the queue.</param>
/// <param name="Limits">What a message may cost.</param>
/// <param name="Time">The clock.</param>
/// <param name="Counters">Counts what is sent and refused.</param>
/// <param name="Gate">Keeps the log short.</param>
/// <param name="Logger">Where the connections log.</param>
internal sealed record StreamContext(
    GuardedReceiver Receiver, SipStreamOptions Options, SipMessageLimits Limits, TimeProvider Time, TransportCounters Counters, LogGate Gate, ILogger Logger)
{
    /// <summary>What stands for this side's address in Via and Contact where nobody can connect to it (RFC 7118 §5); null for the address.</summary>
    public string? StandInHost { get; init; }

    /// <summary>Whether requests offer the peer to send its own over the same connection (RFC 5923 §6): it can where this side proves its name.</summary>
    public bool OffersAlias { get; init; }

    /// <summary>Brings connections that another server accepted; null for none.</summary>
    public SipConnectionAcceptor? Acceptor { get; init; }
}

/// <summary>What the bindings of a transport that runs over connections share.</summary>
internal sealed record StreamSettings(SipStreamOptions Options, SipMessageLimits Limits, TimeProvider Time, ILogger Logger, SipMetrics? Metrics, SipConnectionAcceptor? Acceptor)
{
    public StreamContext For(SipTransportProtocol protocol, ISipReceiver receiver)
    {
        var (counters, gate) = (new TransportCounters(protocol, Metrics), new LogGate(Time));
        return new StreamContext(new GuardedReceiver(receiver, counters, Logger, gate), Options, Limits, Time, counters, gate, Logger) { Acceptor = Acceptor };
    }
}
