using ModernSip.Stack;

namespace ModernSip.Registrations;

/// <summary>One of the flows that a user agent keeps open towards its domain (RFC 5626 §4.2).</summary>
/// <param name="Number">The reg-id, from 1.</param>
/// <param name="Kept">The flow that was registered; requests within the registration take it.</param>
internal sealed record OutboundFlow(int Number, KeptFlow Kept);
