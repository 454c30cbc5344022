using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>The registrar accepted, but its 200 does not hold what was registered (RFC 3261 §10.2.4).</summary>
/// <param name="response">The response.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class SipRegistrarResponseException(SipResponse response, string reason)
    : SipException($"The registrar's {response.StatusCode} is not usable: {reason}.", response)
{
    /// <summary>The response.</summary>
    public override SipResponse Response { get; } = response;
}
