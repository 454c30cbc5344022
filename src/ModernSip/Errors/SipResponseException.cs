using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>An operation that awaits success got another final response.</summary>
/// <param name="response">The response.</param>
public sealed class SipResponseException(SipResponse response)
    : SipException($"{response.Headers.CSeq?.Method} was answered {response.StatusCode} {response.ReasonPhrase}.", response)
{
    /// <summary>The response.</summary>
    public override SipResponse Response { get; } = response;
}
