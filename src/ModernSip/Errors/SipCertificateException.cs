namespace ModernSip.Errors;

/// <summary>The peer's certificate was not accepted, so that no TLS connection was made (RFC 5922 §7).</summary>
/// <remarks>The message names the certificate and says why. Another address of the same name may still do better.</remarks>
/// <param name="message">Towards whom, which certificate, and why.</param>
/// <param name="problem">Why.</param>
/// <param name="subject">The subject of the certificate; null where there was none.</param>
/// <param name="inner">The error of the handshake.</param>
public sealed class SipCertificateException(string message, SipCertificateProblem problem, string? subject, Exception? inner = null)
    : SipTransportException(message, inner)
{
    /// <summary>Why the certificate was not accepted.</summary>
    public SipCertificateProblem Problem { get; } = problem;

    /// <summary>The subject of the peer's certificate, as the certificate has it; null where there was none.</summary>
    public string? Subject { get; } = subject;

    private protected override SipException Copy() => new SipCertificateException(Message, Problem, Subject, InnerException);
}
