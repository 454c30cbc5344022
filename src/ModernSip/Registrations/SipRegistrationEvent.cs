using ModernSip.Messages;

namespace ModernSip.Registrations;

/// <summary>What became of a registration.</summary>
public enum SipRegistrationState
{
    /// <summary>Nothing holds: not registered yet, refused, run out, or unregistered. Where the stream goes on, it is still being tried.</summary>
    Inactive,

    /// <summary>The registrar accepted what did not hold before: for the first time, or after the binding had run out.</summary>
    Active,

    /// <summary>The registrar accepted again, before the binding ended.</summary>
    Refreshed,

    /// <summary>A refresh failed in passing and is tried again. Whether the binding still holds is told by the registration itself.</summary>
    Retrying,
}

/// <summary>News of a registration.</summary>
/// <param name="State">What happened.</param>
/// <param name="Granted">How long the binding holds from then on.</param>
/// <param name="Bindings">All bindings of the address of record, as the registrar listed them.</param>
/// <param name="Cause">Why it became inactive, or why it is tried again; null otherwise.</param>
/// <param name="RetryIn">In how long it is tried again; null where it is not.</param>
public sealed record SipRegistrationEvent(SipRegistrationState State, TimeSpan Granted, IReadOnlyList<SipNameAddress> Bindings, string? Cause, TimeSpan? RetryIn = null)
{
    /// <summary>Which flow it is about (reg-id, RFC 5626 §4.2); null without outbound.</summary>
    public int? Flow { get; init; }
}
