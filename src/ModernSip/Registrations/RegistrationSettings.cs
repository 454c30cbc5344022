using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Stack;

namespace ModernSip.Registrations;

/// <summary>What a registration was made with; a copy that nobody changes.</summary>
internal sealed record RegistrationSettings
{
    public required SipNameAddress AddressOfRecord { get; init; }

    public required SipUri Registrar { get; init; }

    /// <summary>What is bound at first, this side's own first.</summary>
    public required IReadOnlyList<SipNameAddress> Contacts { get; init; }

    public TimeSpan Expires { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether the request says an expiry at all (C5).</summary>
    public bool SendExpires { get; init; } = true;

    public bool UnregisterOnDispose { get; init; } = true;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The device (RFC 5626 §4.1); null where it has no name.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The flow to keep; null without outbound.</summary>
    public OutboundFlow? Outbound { get; init; }

    /// <summary>Whether an agreement about security is asked for (RFC 3329).</summary>
    public bool OffersSecurityAgreement { get; init; }

    /// <summary>How the device is woken (RFC 8599); null where it need not be.</summary>
    public SipPush? Push { get; init; }

    /// <summary>Is told the flow of each success; null where every request finds its own.</summary>
    public KeptFlow? ProxyFlow { get; init; }

    /// <summary>When it is repeated, and how a repetition that failed in passing is retried.</summary>
    public required RefreshSettings Refresh { get; init; }
}
