using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>On whose behalf a request is sent, and with which credentials it may be authorised.</summary>
/// <remarks>
/// It stands for one account towards its own servers. Who is not one of them, a peer that challenges a request within a dialog for instance, must
/// not be answered with it: neither with what is configured, nor with what the application supplied for another party.
/// </remarks>
/// <param name="Account">What separates the cached answers and supplied credentials of one account from those of all others.</param>
/// <param name="AddressOfRecord">Shown to the application when it is asked.</param>
/// <param name="Configured">Used where their realm is the challenge's, then those without realm.</param>
internal sealed record CredentialScope(string Account, SipUri? AddressOfRecord, IReadOnlyList<SipCredentials> Configured);
