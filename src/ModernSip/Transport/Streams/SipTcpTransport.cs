using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Transport.Streams;

/// <summary>SIP over TCP, IPv4 and IPv6 (RFC 3261 §18).</summary>
/// <remarks>A binding listens, and opens connections from free ports. A connection is used in both directions, whoever opened it.</remarks>
public sealed class SipTcpTransport : ISipTransport
{
    private const int Backlog = 512;

    private readonly SipStreamOptions _options;
    private readonly SipMessageLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SipMetrics? _metrics;

    /// <summary>Creates the transport; it does nothing until it is bound.</summary>
    /// <param name="options">Its settings; null for the defaults.</param>
    /// <param name="limits">What a message may cost; null for the defaults.</param>
    /// <param name="time">The clock behind its time limits; null for the system's.</param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    public SipTcpTransport(SipStreamOptions? options = null, SipMessageLimits? limits = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
        : this(options, limits, time, loggerFactory, metrics: null)
    {
    }

    internal SipTcpTransport(SipStreamOptions? options, SipMessageLimits? limits, TimeProvider? time, ILoggerFactory? loggerFactory, SipMetrics? metrics)
    {
        _options = options ?? SipStreamOptions.Default;
        _limits = limits ?? SipMessageLimits.Default;
        _time = time ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SipTcpTransport>();
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    /// <inheritdoc/>
    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();

        var listener = Listen(local);
        var counters = new TransportCounters(Protocol, _metrics);
        var gate = new LogGate(_time);
        var context = new StreamContext(new GuardedReceiver(receiver, counters, _logger, gate), _options, _limits, _time, counters, _logger);
        var binding = new TcpBinding(listener, context, gate);
        binding.Start();
        return ValueTask.FromResult<ISipTransportBinding>(binding);
    }

    private static Socket Listen(IPEndPoint local)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true; // else another process may take the port over
            socket.Bind(local);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new SipTransportException($"Cannot bind TCP {local}: {exception.SocketErrorCode}", exception);
        }
    }
}
