namespace ModernSip.Registrations;

/// <summary>How a device that sleeps is woken: the registrar keeps it with the binding and asks a push service before it sends a request (RFC 8599).</summary>
/// <param name="Provider">The push service, for example "apns" or "fcm" (pn-provider).</param>
/// <param name="ResourceId">The device at the service (pn-prid).</param>
/// <param name="Parameter">What else the service wants to know, for example a team and a topic (pn-param); null for nothing.</param>
public sealed record SipPush(string Provider, string ResourceId, string? Parameter = null);
