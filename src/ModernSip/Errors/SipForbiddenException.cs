using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>A challenge was not met: no credentials, declined, or refused by the server (RFC 3261 §22).</summary>
/// <param name="response">The challenge that was not met.</param>
/// <param name="reason">Why.</param>
/// <param name="inner">The error of who was to supply the credentials, where that is the reason.</param>
public sealed class SipForbiddenException(SipResponse response, string reason, Exception? inner = null)
    : SipException($"{response.Headers.CSeq?.Method} was challenged with {response.StatusCode} {response.ReasonPhrase}: {reason}.", response, inner)
{
    /// <summary>The 401 or 407 that was not met; or the 421 or 494, where no agreement about security was reached.</summary>
    public override SipResponse Response { get; } = response;
}
