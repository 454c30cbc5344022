using System.Net.Security;
using System.Security.Authentication;
using ModernSip.Errors;
using ModernSip.Transport.Streams;

namespace ModernSip.Transport.Tls;

/// <summary>The client's side of a TLS handshake: within a limit, with the server's name checked, and with the exact reason where it fails.</summary>
internal static class TlsClient
{
    /// <exception cref="SipCertificateException">The server's certificate is not accepted.</exception>
    /// <exception cref="SipTransportException">The handshake failed, or took too long.</exception>
    public static async Task<(SslStream Stream, PeerProof Proof)> ShakeHandsAsync(
        Stream inner, SipTransportProtocol protocol, SipTransportTarget target, TlsCredentials credentials, StreamContext context, CancellationToken cancellationToken)
    {
        var what = $"No {protocol.ToViaToken()} connection to {target}";
        if (target.HostName is null && !credentials.AcceptsAny) throw new SipTransportException($"{what}: there is no name that its certificate could be checked for");
        var check = new PeerCheck(target.HostName, credentials.AcceptsAny);
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        var limit = new CancellationTokenSource(context.Options.HandshakeTimeout, context.Time);
        var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await stream.AuthenticateAsClientAsync(credentials.ForClient(target.HostName, check), either.Token).ConfigureAwait(false);
            return (stream, check.Proof(target.HostName));
        }
        catch (Exception exception)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested) throw;
            if (check.Refusal is { } refusal) throw new SipCertificateException($"{what}: {refusal.Text}", refusal.Problem, refusal.Subject, exception);
            throw exception switch
            {
                OperationCanceledException => new SipTransportException($"{what}: the TLS handshake took longer than {context.Options.HandshakeTimeout.TotalSeconds:0.###} s", exception),
                AuthenticationException => new SipTransportException($"{what}: the TLS handshake failed: {(exception.InnerException ?? exception).Message}", exception),
                IOException => new SipTransportException($"{what}: the peer ended the TLS handshake", exception),
                _ => exception,
            };
        }
        finally
        {
            either.Dispose();
            limit.Dispose();
        }
    }
}
