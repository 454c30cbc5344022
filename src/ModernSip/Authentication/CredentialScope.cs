using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>On whose behalf a request is sent, and with which credentials it may be authorised.</summary>
/// <param name="Account">What separates the cached answers of one account from those of all others.</param>
/// <param name="AddressOfRecord">Shown to the application when it is asked.</param>
/// <param name="Configured">Used where their realm is the challenge's, then those without realm. Empty for a party that is not the account's own server.</param>
internal sealed record CredentialScope(string Account, SipUri? AddressOfRecord, IReadOnlyList<SipCredentials> Configured);
