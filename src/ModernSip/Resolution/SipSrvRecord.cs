namespace ModernSip.Resolution;

/// <summary>A server of a service (RFC 2782).</summary>
/// <param name="Priority">Lower ones are tried first.</param>
/// <param name="Weight">The share among those of one priority.</param>
/// <param name="Port">The server's port.</param>
/// <param name="Target">The server's host name; "." says that the service is not to be had.</param>
public sealed record SipSrvRecord(int Priority, int Weight, int Port, string Target);
