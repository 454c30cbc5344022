using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Errors;

namespace ModernSip.Transport.Udp;

/// <summary>SIP over UDP, IPv4 and IPv6 (RFC 3261 §18).</summary>
/// <remarks>Each binding has a thread of its own that receives, and on which the receiver is called: a hop to the thread pool costs more than a message.</remarks>
public sealed class SipUdpTransport : ISipTransport
{
    private readonly SipUdpOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SipMetrics? _metrics;

    /// <summary>Creates the transport; it does nothing until it is bound.</summary>
    /// <param name="options">Its settings; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    public SipUdpTransport(SipUdpOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
        : this(options, time, loggerFactory, metrics: null)
    {
    }

    internal SipUdpTransport(SipUdpOptions? options, TimeProvider? time, ILoggerFactory? loggerFactory, SipMetrics? metrics)
    {
        _options = options ?? SipUdpOptions.Default;
        _time = time ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SipUdpTransport>();
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

    /// <inheritdoc/>
    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();

        var socket = Open(local);
        var binding = new UdpBinding(socket, receiver, new TransportCounters(Protocol, _metrics), _time, _logger);
        binding.Start();
        return ValueTask.FromResult<ISipTransportBinding>(binding);
    }

    private Socket Open(IPEndPoint local)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (OperatingSystem.IsWindows()) PrepareOnWindows(socket);
            socket.Bind(local);
            TrySetBuffers(socket);
            return socket;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new SipTransportException($"Cannot bind UDP {local}: {exception.SocketErrorCode}", exception);
        }
    }

    private static void PrepareOnWindows(Socket socket)
    {
        // Else another process may take the port over, and an ICMP error of one peer fails the next receive with 10054.
        const int SioUdpConnectionReset = unchecked((int)0x9800000C);
        socket.ExclusiveAddressUse = true;
        socket.IOControl(SioUdpConnectionReset, [0, 0, 0, 0], null);
    }

    private void TrySetBuffers(Socket socket)
    {
        try
        {
            socket.ReceiveBufferSize = _options.ReceiveBufferSize;
            socket.SendBufferSize = _options.SendBufferSize;
        }
        catch (SocketException exception)
        {
            _logger.BufferSizeRefused(exception.SocketErrorCode);
        }
    }
}
