using ModernSip.Messages;

namespace ModernSip.Registrations;

/// <summary>What the registrar last said.</summary>
/// <param name="Granted">How long the binding holds from then on.</param>
/// <param name="Bindings">All bindings of the address of record.</param>
/// <param name="Own">This side's row; null where it could not be told.</param>
/// <param name="ServiceRoute">The route of requests sent within the registration (RFC 3608).</param>
/// <param name="AssociatedUris">Other identities that the registrar ties to this one (RFC 7315 §4.1).</param>
/// <param name="Response">The response itself.</param>
internal sealed record RegistrationState(
    TimeSpan Granted,
    IReadOnlyList<SipNameAddress> Bindings,
    SipNameAddress? Own,
    IReadOnlyList<SipNameAddress> ServiceRoute,
    IReadOnlyList<SipNameAddress> AssociatedUris,
    SipResponse Response);
