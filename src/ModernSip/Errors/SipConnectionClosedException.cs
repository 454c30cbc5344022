namespace ModernSip.Errors;

/// <summary>The connection, dialog or registration that an operation depended on is gone: it was closed, or its connection became inactive.</summary>
/// <param name="message">What is gone.</param>
/// <param name="inner">Why it went, where that is known: the error of a connection that became inactive.</param>
public sealed class SipConnectionClosedException(string message, Exception? inner = null) : SipException(message, inner)
{
    private protected override SipException Copy() => new SipConnectionClosedException(Message, InnerException);
}
