namespace ModernSip.Errors;

/// <summary>The store of the profiles could not do what it was asked to: it is locked, full, damaged or read-only (C9). Its content is as before.</summary>
/// <param name="message">What failed.</param>
/// <param name="inner">The store's own error, where there is one.</param>
public sealed class SipProfileStoreException(string message, Exception? inner = null) : SipException(message, inner);
