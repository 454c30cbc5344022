using Microsoft.Extensions.Logging;
using ModernSip.Messages;

namespace ModernSip.Transport.Streams;

/// <summary>What all connections of a binding share.</summary>
/// <param name="Receiver">Is given what arrives.</param>
/// <param name="Options">Time limits and the size of the queue.</param>
/// <param name="Limits">What a message may cost.</param>
/// <param name="Time">The clock.</param>
/// <param name="Counters">Counts what is sent and refused.</param>
/// <param name="Logger">Where the connections log.</param>
internal sealed record StreamContext(
    GuardedReceiver Receiver, SipStreamOptions Options, SipMessageLimits Limits, TimeProvider Time, TransportCounters Counters, ILogger Logger);
