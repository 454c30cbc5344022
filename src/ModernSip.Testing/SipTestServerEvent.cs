using ModernSip.Messages;

namespace ModernSip.Testing;

/// <summary>What a <see cref="SipTestServer"/> did with a request.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Method">The method of the request.</param>
/// <param name="Uri">The Request-URI; for a REGISTER the address of record.</param>
/// <param name="Detail">The rest, for people: a status, a target, a reason.</param>
public sealed record SipTestServerEvent(SipTestServerEventKind Kind, SipMethod Method, SipUri Uri, string Detail);

/// <summary>The kinds of <see cref="SipTestServerEvent"/>.</summary>
public enum SipTestServerEventKind
{
    /// <summary>Something went wrong inside the server, or the peer vanished in the middle.</summary>
    Failed,

    /// <summary>Credentials were asked for: 401 or 407.</summary>
    Challenged,

    /// <summary>Bindings were added or refreshed.</summary>
    Registered,

    /// <summary>Bindings were removed.</summary>
    Unregistered,

    /// <summary>The bindings were asked for, and none changed.</summary>
    Listed,

    /// <summary>The request was refused.</summary>
    Rejected,

    /// <summary>The request was sent on to a contact, whose final response was passed back.</summary>
    Forwarded,

    /// <summary>The server, or its echo user, answered with 2xx.</summary>
    Answered,

    /// <summary>The echo user sent a message back.</summary>
    Sent,

    /// <summary>A call with the echo user has ended.</summary>
    Ended,
}
