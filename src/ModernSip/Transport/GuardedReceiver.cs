using Microsoft.Extensions.Logging;

namespace ModernSip.Transport;

/// <summary>Hands what arrives to the receiver, counts it, and keeps the receiver's faults away from the loop that calls.</summary>
internal sealed class GuardedReceiver(ISipReceiver receiver, TransportCounters counters, ILogger logger, LogGate gate) : ISipReceiver
{
    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        counters.CountReceived();
        try
        {
            receiver.OnMessage(flow, message);
        }
        catch (Exception exception)
        {
            Report(flow, exception);
        }
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason)
    {
        counters.CountMalformed();
        if (gate.TryPass()) logger.Malformed(flow, reason);
        try
        {
            receiver.OnMalformed(flow, octets, reason);
        }
        catch (Exception exception)
        {
            Report(flow, exception);
        }
    }

    public void OnUndelivered(SipFlow flow, ReadOnlySpan<byte> message, Exception error)
    {
        counters.CountUndelivered();
        if (gate.TryPass()) logger.Undelivered(flow, error.Message);
        try
        {
            receiver.OnUndelivered(flow, message, error);
        }
        catch (Exception exception)
        {
            Report(flow, exception);
        }
    }

    public void OnClosed(SipFlow flow, Exception? error)
    {
        if (gate.TryPass()) logger.Closed(flow, error?.Message ?? "orderly");
        try
        {
            receiver.OnClosed(flow, error);
        }
        catch (Exception exception)
        {
            Report(flow, exception);
        }
    }

    // Whatever the receiver throws is its own fault; a loop that ended with it would take every other call down.
    private void Report(SipFlow flow, Exception exception)
    {
        counters.CountReceiverFault();
        if (gate.TryPass()) logger.ReceiverFailed(flow, exception);
    }
}
