using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.Transport.Streams;

namespace ModernSip.Transport.Tls;

/// <summary>SIP over TLS, IPv4 and IPv6 (RFC 3261 §26.2, RFC 5922).</summary>
/// <remarks>
/// A binding listens only where there is a certificate to show; else it opens connections and nothing more, and its port is 0. An open connection
/// serves every name that its peer has proved, and no other.
/// </remarks>
public sealed class SipTlsTransport : ISipTransport
{
    private readonly StreamSettings _settings;
    private readonly TlsCredentials _credentials;

    /// <summary>Creates the transport; it reads the certificates, and does nothing more until it is bound.</summary>
    /// <param name="tls">Certificates, and what is asked of peers; null for a client that trusts what the operating system trusts.</param>
    /// <param name="options">Time limits and the like; null for the defaults.</param>
    /// <param name="limits">What a message may cost; null for the defaults.</param>
    /// <param name="time">The clock behind time limits and the dates of certificates; null for the system's.</param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    /// <exception cref="Errors.SipTransportException">A file cannot be read.</exception>
    public SipTlsTransport(SipTlsOptions? tls = null, SipStreamOptions? options = null, SipMessageLimits? limits = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
        : this(new TlsCredentials(tls ?? new SipTlsOptions(), time ?? TimeProvider.System), options, limits, time, loggerFactory, metrics: null, acceptor: null)
    {
    }

    internal SipTlsTransport(TlsCredentials credentials, SipStreamOptions? options, SipMessageLimits? limits, TimeProvider? time, ILoggerFactory? loggerFactory, SipMetrics? metrics, SipConnectionAcceptor? acceptor)
    {
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SipTlsTransport>();
        _settings = new StreamSettings(options ?? SipStreamOptions.Default, limits ?? SipMessageLimits.Default, time ?? TimeProvider.System, logger, metrics, acceptor);
        _credentials = credentials;
        if (credentials.AcceptsAny) logger.NothingVerified();
    }

    /// <inheritdoc/>
    public SipTransportProtocol Protocol => SipTransportProtocol.Tls;

    /// <inheritdoc/>
    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();

        var context = _settings.For(Protocol, receiver) with { OffersAlias = _credentials.HasClientCertificate };
        var listener = _credentials.CanServe ? StreamListener.Open(Protocol, local) : null;
        var binding = new ConnectionBinding(listener, local, new TlsFlowMaker(_credentials, context), context);
        binding.Start();
        return ValueTask.FromResult<ISipTransportBinding>(binding);
    }
}
