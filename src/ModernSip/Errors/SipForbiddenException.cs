using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>A challenge was not met: no credentials, declined, or refused by the server (RFC 3261 §22).</summary>
/// <param name="response">The challenge that was not met.</param>
/// <param name="reason">Why.</param>
public sealed class SipForbiddenException(SipResponse response, string reason)
    : SipException($"{response.Headers.CSeq?.Method} was challenged with {response.StatusCode} {response.ReasonPhrase}: {reason}.")
{
    /// <summary>The 401 or 407 that was not met.</summary>
    public SipResponse Response { get; } = response;
}
