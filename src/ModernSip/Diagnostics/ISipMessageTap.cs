using System.Net;

namespace ModernSip.Diagnostics;

/// <summary>Sees every message as it is on the wire, retransmissions and malformed ones included. Register it as a service; several may be.</summary>
/// <remarks>
/// Asterisks stand in place of passwords, keys, nonces and answers to challenges, one for each octet, unless the option <c>ShowCredentialsToTaps</c> of
/// the stack says otherwise. Called on the threads of the stack, so it must not block; what it throws is logged and goes no further.
/// </remarks>
public interface ISipMessageTap
{
    /// <summary>A message arrived, or is handed to its flow.</summary>
    /// <param name="direction">Which way it goes.</param>
    /// <param name="protocol">The transport as Via names it, for example "UDP".</param>
    /// <param name="local">This side's address and port.</param>
    /// <param name="remote">The peer's address and port.</param>
    /// <param name="message">The octets. Valid only during the call.</param>
    void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message);
}

/// <summary>Which way a tapped message goes.</summary>
public enum SipTapDirection
{
    /// <summary>It arrived.</summary>
    Received,

    /// <summary>It was sent.</summary>
    Sent,
}
