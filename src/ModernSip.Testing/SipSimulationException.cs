namespace ModernSip.Testing;

/// <summary>A simulation cannot go on: it is stuck, or it works without end while its clock stands still.</summary>
/// <param name="message">What is the matter.</param>
public sealed class SipSimulationException(string message) : Exception(message);
