using System.Net;
using System.Net.Sockets;

namespace ModernSip.Diagnostics;

/// <summary>A tap that sends every message to a capture server such as Homer, as HEP version 3 over UDP.</summary>
/// <remarks>Register it as an <see cref="ISipMessageTap"/>. What the server does not get is lost: signalling never waits for it.</remarks>
public sealed class SipHepExporter : ISipMessageTap, IDisposable
{
    private const int LargestMessage = 65_000; // what fits a datagram with the other chunks

    private readonly IPEndPoint _server;
    private readonly uint _agentId;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly Socket _socket;
    private long _dropped;

    /// <summary>Prepares the sending.</summary>
    /// <param name="server">The capture server.</param>
    /// <param name="agentId">The number that the server knows this side by.</param>
    /// <param name="password">The authentication key; null for none.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public SipHepExporter(IPEndPoint server, uint agentId = 1, string? password = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        _server = server;
        _agentId = agentId;
        _password = password;
        _time = time ?? TimeProvider.System;
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
    }

    /// <summary>The messages that could not be sent: the socket refused them, or they were larger than 65,000 octets.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        if (message.Length <= LargestMessage && TrySend(HepFormat.Encode(new TappedMessage(_time.GetUtcNow(), direction, protocol, local, remote, message.ToArray()), _agentId, _password))) return;
        Interlocked.Increment(ref _dropped);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private bool TrySend(byte[] packet)
    {
        try
        {
            _socket.SendTo(packet, _server);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false; // nobody there, or no room: the next message may do better
        }
    }
}
