using ModernSip.Messages;

namespace ModernSip.Testing;

/// <summary>A contact that is bound to an address of record (RFC 3261 §10).</summary>
/// <param name="Contact">The contact with its parameters, without "expires".</param>
/// <param name="ExpiresAt">When the binding ends.</param>
/// <param name="CallId">The Call-ID of the REGISTER that last set it.</param>
/// <param name="Sequence">The CSeq number of that REGISTER.</param>
public sealed record SipTestServerBinding(SipNameAddress Contact, DateTimeOffset ExpiresAt, string CallId, uint Sequence);
