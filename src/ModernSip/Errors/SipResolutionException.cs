namespace ModernSip.Errors;

/// <summary>No address was found for the next hop (RFC 3263).</summary>
/// <param name="message">Which name, and why.</param>
/// <param name="inner">The resolver's error, where there is one.</param>
public sealed class SipResolutionException(string message, Exception? inner = null) : SipException(message, inner)
{
    private protected override SipException Copy() => new SipResolutionException(Message, InnerException);
}
