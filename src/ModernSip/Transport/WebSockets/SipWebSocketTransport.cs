using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;

namespace ModernSip.Transport.WebSockets;

/// <summary>SIP over WebSockets, opened by this side (RFC 7118). A web server accepts those of others: see ModernSip.AspNetCore.</summary>
/// <remarks>
/// Its bindings listen nowhere. Nobody can open a connection to a WebSocket client, so that in Via and Contact a random name in ".invalid" stands for
/// its address; servers find the way back by the connection.
/// </remarks>
public sealed class SipWebSocketTransport : ISipTransport
{
    private readonly StreamSettings _settings;
    private readonly TlsCredentials? _tls;
    private readonly string _path;
    private readonly SipRandom _random;

    /// <summary>Creates the transport; it does nothing until a flow is asked for.</summary>
    /// <param name="tls">TLS, for WSS; null for WS.</param>
    /// <param name="path">The path of the resource at the server.</param>
    /// <param name="options">Time limits and the like; null for the defaults.</param>
    /// <param name="limits">What a message may cost; null for the defaults.</param>
    /// <param name="time">The clock behind time limits and the dates of certificates; null for the system's.</param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    /// <exception cref="ArgumentException">The path does not begin with a slash.</exception>
    /// <exception cref="Errors.SipTransportException">A certificate file cannot be read.</exception>
    public SipWebSocketTransport(SipTlsOptions? tls = null, string path = "/ws", SipStreamOptions? options = null, SipMessageLimits? limits = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
        : this(tls is null ? null : new TlsCredentials(tls, time ?? TimeProvider.System), path, options, limits, new SipPlatform { Time = time ?? TimeProvider.System }, loggerFactory, metrics: null, acceptor: null)
    {
    }

    internal SipWebSocketTransport(
        TlsCredentials? tls, string path, SipStreamOptions? options, SipMessageLimits? limits, SipPlatform platform, ILoggerFactory? loggerFactory, SipMetrics? metrics, SipConnectionAcceptor? acceptor)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/')) throw new ArgumentException("The path does not begin with a slash.", nameof(path));
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SipWebSocketTransport>();
        _settings = new StreamSettings(options ?? SipStreamOptions.Default, limits ?? SipMessageLimits.Default, platform.Time, logger, metrics, acceptor);
        _random = platform.Random;
        _tls = tls;
        _path = path;
    }

    /// <inheritdoc/>
    public SipTransportProtocol Protocol => _tls is null ? SipTransportProtocol.Ws : SipTransportProtocol.Wss;

    /// <inheritdoc/>
    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();

        var context = _settings.For(Protocol, receiver) with { StandInHost = _random.NextToken(12) + ".invalid" };
        var binding = new ConnectionBinding(listener: null, local, new WebSocketFlowMaker(_path, _tls, context), context);
        binding.Start();
        return ValueTask.FromResult<ISipTransportBinding>(binding);
    }
}
