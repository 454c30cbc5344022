namespace ModernSip.Resolution;

/// <summary>A rule that leads from a domain to one of its services (RFC 3403).</summary>
/// <param name="Order">Lower ones come first, whatever the client prefers.</param>
/// <param name="Preference">Lower ones come first among those of one order.</param>
/// <param name="Flags">"s": the replacement has SRV records; "a": it has addresses.</param>
/// <param name="Service">The service, for example "SIP+D2U" (RFC 3263 §4.1).</param>
/// <param name="Regexp">A substitution, which SIP does not use.</param>
/// <param name="Replacement">The name to go on with.</param>
public sealed record SipNaptrRecord(int Order, int Preference, string Flags, string Service, string Regexp, string Replacement);
