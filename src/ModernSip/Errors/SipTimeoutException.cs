namespace ModernSip.Errors;

/// <summary>No answer came within the time that the protocol allows (RFC 3261 §17.1.1.2, §17.1.2.2, §13.3.1.4).</summary>
/// <param name="message">What was waited for.</param>
public sealed class SipTimeoutException(string message) : SipException(message);
