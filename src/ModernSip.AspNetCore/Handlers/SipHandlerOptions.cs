namespace ModernSip.AspNetCore.Handlers;

/// <summary>What the handlers that <c>MapSipMessage</c> and its kin map listen with.</summary>
public sealed class SipHandlerOptions
{
    /// <summary>The name of the client whose connection the handlers are given requests of; null for the one that <c>AddSipClient</c> registers without a name.</summary>
    public string? ClientName { get; set; }

    /// <summary>How many requests are handled at once, calls and subscriptions included; more wait, and beyond the bound of the client peers hear 503. 1 and more. Default: 10,000.</summary>
    public int MaxConcurrentRequests { get; set; } = 10_000;
}
