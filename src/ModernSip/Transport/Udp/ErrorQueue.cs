using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ModernSip.Transport.Udp;

/// <summary>The errors that Linux keeps for a UDP socket: which datagram an ICMP message says was not delivered, and why (ip(7), IP_RECVERR).</summary>
/// <remarks>
/// A socket that is not connected otherwise learns of no ICMP message. With this the next call on the socket fails once for each, whomever the call is
/// for, and the queue tells whose it was. Other systems have nothing like it: there, time limits find out.
/// </remarks>
internal sealed partial class ErrorQueue
{
    private const int ErrorQueueFlag = 0x2000; // MSG_ERRQUEUE
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const byte OriginIcmp = 2;
    private const byte OriginIcmpV6 = 3;

    private readonly Socket _socket;

    private ErrorQueue(Socket socket) => _socket = socket;

    /// <summary>Has the errors of a socket kept.</summary>
    /// <returns>The queue; null where the operating system has none.</returns>
    public static ErrorQueue? TryOpen(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            // IP_RECVERR; IPV6_RECVERR
            if (socket.AddressFamily == AddressFamily.InterNetwork) socket.SetRawSocketOption(0, 11, BitConverter.GetBytes(1));
            else socket.SetRawSocketOption(41, 25, BitConverter.GetBytes(1));
            return new ErrorQueue(socket);
        }
        catch (SocketException)
        {
            return null; // a kernel, or a sandbox, without it
        }
    }

    /// <summary>Takes one error.</summary>
    /// <param name="peer">Receives the address that the datagram was sent to.</param>
    /// <param name="datagram">Receives the beginning of the datagram, as much as the ICMP message gave back.</param>
    /// <param name="length">How much of it there is.</param>
    /// <param name="error">Why it was not delivered; <see cref="SocketError.Success"/> where that is nobody's concern (RFC 3261 §18.4).</param>
    /// <returns>False when the queue is empty.</returns>
    public unsafe bool TryTake(System.Net.SocketAddress peer, Span<byte> datagram, out int length, out SocketError error)
    {
        (length, error) = (0, SocketError.Success);
        var control = stackalloc byte[512];
        fixed (byte* address = peer.Buffer.Span)
        fixed (byte* octets = datagram)
        {
            var vector = new IoVector { Base = octets, Length = (nuint)datagram.Length };
            var header = new MessageHeader { Name = address, NameLength = (uint)peer.Buffer.Length, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 512 };
            try
            {
                var received = ReceiveMessage(_socket.SafeHandle, &header, ErrorQueueFlag | DontWait);
                if (received < 0) return false;
                length = (int)received;
                peer.Size = (int)header.NameLength;
                error = ReadError(new ReadOnlySpan<byte>(control, (int)header.ControlLength));
                return true;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Finds the error among the control messages, each a header of length, level and type, and its data.</summary>
    private static unsafe SocketError ReadError(ReadOnlySpan<byte> control)
    {
        while (control.Length >= sizeof(ControlHeader))
        {
            var header = MemoryMarshal.Read<ControlHeader>(control);
            if (header.Length < (nuint)sizeof(ControlHeader) || header.Length > (nuint)control.Length) break;
            var isError = (header.Level, header.Type) is (0, 11) or (41, 25);
            if (isError && MemoryMarshal.TryRead<ExtendedError>(control[sizeof(ControlHeader)..(int)header.Length], out var error)) return Classify(error);
            var next = ((int)header.Length + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);
            if (next >= control.Length) break;
            control = control[next..];
        }

        return SocketError.Success;
    }

    /// <summary>
    /// Unreachable destinations and parameter problems are failures (RFC 3261 §18.4). Time exceeded and source quench are not, nor is the news that a
    /// datagram must be cut up, which the operating system then does.
    /// </summary>
    private static SocketError Classify(ExtendedError error) => (error.Origin, error.Type, error.Code) switch
    {
        (OriginIcmp, 3, 3) or (OriginIcmpV6, 1, 4) => SocketError.ConnectionRefused,
        (OriginIcmp, 3, 4) => SocketError.Success,
        (OriginIcmp, 3, 0 or 6) or (OriginIcmpV6, 1, 0) => SocketError.NetworkUnreachable,
        (OriginIcmp, 3, 2) => SocketError.ProtocolNotSupported,
        (OriginIcmp, 3, _) or (OriginIcmpV6, 1, _) => SocketError.HostUnreachable,
        (OriginIcmp, 12, _) or (OriginIcmpV6, 4, _) => SocketError.ProtocolOption,
        _ => SocketError.Success,
    };

    [LibraryImport("libc", EntryPoint = "recvmsg")]
    private static unsafe partial nint ReceiveMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    // The structures are those of Linux on 32 and 64 bits, little-endian, in glibc and musl alike.
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedError
    {
        public uint Number;
        public byte Origin;
        public byte Type;
        public byte Code;
        public byte Padding;
        public uint Information;
        public uint Data;
    }
}
