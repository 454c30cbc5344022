namespace ModernSip.Errors;

/// <summary>The registrar ended a binding by itself, and does not want it back (RFC 3680).</summary>
/// <param name="reason">The event that it told, for example "rejected".</param>
public sealed class SipDeregisteredException(string reason) : SipException($"The registrar ended the registration: {reason}.")
{
    /// <summary>The event that the registrar told: "rejected", "unregistered", "terminated".</summary>
    public string Reason { get; } = reason;
}
