namespace ModernSip.Errors;

/// <summary>The connection, dialog or registration that an operation depended on is gone.</summary>
/// <param name="message">What is gone.</param>
/// <param name="inner">Why it went, where that is known.</param>
public sealed class SipConnectionClosedException(string message, Exception? inner = null) : SipException(message, inner);
