using ModernSip.Messages;

namespace ModernSip.Registrations;

/// <summary>What became of a registration.</summary>
public enum SipRegistrationState
{
    /// <summary>Nothing holds: not registered yet, refused, run out, or unregistered.</summary>
    Inactive,

    /// <summary>The registrar accepted for the first time.</summary>
    Active,

    /// <summary>The registrar accepted again, before the binding ended.</summary>
    Refreshed,
}

/// <summary>News of a registration.</summary>
/// <param name="State">What happened.</param>
/// <param name="Granted">How long the binding holds from then on.</param>
/// <param name="Bindings">All bindings of the address of record, as the registrar listed them.</param>
/// <param name="Cause">Why it became inactive; null otherwise.</param>
public sealed record SipRegistrationEvent(SipRegistrationState State, TimeSpan Granted, IReadOnlyList<SipNameAddress> Bindings, string? Cause);
