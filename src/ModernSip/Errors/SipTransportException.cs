namespace ModernSip.Errors;

/// <summary>A message could not be sent, or the flow it depended on failed (RFC 3261 §8.1.3.1, §17.1.4).</summary>
/// <param name="message">What failed, and towards whom.</param>
/// <param name="inner">The socket's error, where there is one.</param>
public class SipTransportException(string message, Exception? inner = null) : SipException(message, inner)
{
    private protected override SipException Copy() => new SipTransportException(Message, InnerException);
}
