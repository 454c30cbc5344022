using ModernSip.Messages;

namespace ModernSip.Registrations;

/// <summary>What the registrar last said.</summary>
/// <param name="Granted">How long the binding holds from then on.</param>
/// <param name="Bindings">All bindings of the address of record.</param>
/// <param name="Own">This side's row; null where it could not be told.</param>
/// <param name="ServiceRoute">The route of requests sent within the registration (RFC 3608).</param>
/// <param name="AssociatedUris">Other identities that the registrar ties to this one (RFC 7315 §4.1).</param>
/// <param name="Path">The proxies that requests to this side pass (RFC 3327).</param>
/// <param name="Response">The response itself.</param>
internal sealed record RegistrationState(
    TimeSpan Granted,
    IReadOnlyList<SipNameAddress> Bindings,
    SipNameAddress? Own,
    IReadOnlyList<SipNameAddress> ServiceRoute,
    IReadOnlyList<SipNameAddress> AssociatedUris,
    IReadOnlyList<SipNameAddress> Path,
    SipResponse Response)
{
    /// <summary>The URI that reaches this device from anywhere, and shows who it belongs to (RFC 5627 §3.1).</summary>
    public SipUri? PublicGruu { get; } = Gruu(Own, "pub-gruu");

    /// <summary>The latest URI that reaches this device and shows nobody's name.</summary>
    public SipUri? TemporaryGruu { get; } = Gruu(Own, "temp-gruu");

    private static SipUri? Gruu(SipNameAddress? binding, string name) => SipUri.TryParse(binding?.Parameters[name], out var uri) && uri.IsSip ? uri : null;
}
