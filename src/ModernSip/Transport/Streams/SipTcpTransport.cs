using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Messages;

namespace ModernSip.Transport.Streams;

/// <summary>SIP over TCP, IPv4 and IPv6 (RFC 3261 §18).</summary>
/// <remarks>A binding listens, and opens connections from free ports. A connection is used in both directions, whoever opened it.</remarks>
public sealed class SipTcpTransport : ISipTransport
{
    private readonly StreamSettings _settings;

    /// <summary>Creates the transport; it does nothing until it is bound.</summary>
    /// <param name="options">Its settings; null for the defaults.</param>
    /// <param name="limits">What a message may cost; null for the defaults.</param>
    /// <param name="time">The clock behind its time limits; null for the system's.</param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    public SipTcpTransport(SipStreamOptions? options = null, SipMessageLimits? limits = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
        : this(options, limits, time, loggerFactory, metrics: null, acceptor: null)
    {
    }

    internal SipTcpTransport(SipStreamOptions? options, SipMessageLimits? limits, TimeProvider? time, ILoggerFactory? loggerFactory, SipMetrics? metrics, SipConnectionAcceptor? acceptor)
    {
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SipTcpTransport>();
        _settings = new StreamSettings(options ?? SipStreamOptions.Default, limits ?? SipMessageLimits.Default, time ?? TimeProvider.System, logger, metrics, acceptor);
    }

    /// <inheritdoc/>
    public SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    /// <inheritdoc/>
    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();

        var context = _settings.For(Protocol, receiver);
        var binding = new ConnectionBinding(StreamListener.Open(Protocol, local), local, new TcpFlowMaker(context), context);
        binding.Start();
        return ValueTask.FromResult<ISipTransportBinding>(binding);
    }
}
