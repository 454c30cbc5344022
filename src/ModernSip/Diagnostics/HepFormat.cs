using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ModernSip.Diagnostics;

/// <summary>The packets of the Homer encapsulation protocol, version 3: a row of chunks, in network order. Pure.</summary>
internal static class HepFormat
{
    private const int ChunkHead = 6;

    /// <summary>One message as a packet.</summary>
    public static byte[] Encode(TappedMessage message, uint agentId, string? password)
    {
        var (source, destination) = (message.Source, message.Destination);
        var isSix = source.AddressFamily == AddressFamily.InterNetworkV6;
        var (from, to) = (source.Address.GetAddressBytes(), destination.Address.GetAddressBytes());
        var key = password is null ? [] : Encoding.UTF8.GetBytes(password);
        var length = 6 + (2 * (ChunkHead + 1)) + (2 * (ChunkHead + from.Length)) + (2 * (ChunkHead + 2)) + (2 * (ChunkHead + 4)) + ChunkHead + 1 + ChunkHead + 4
            + (password is null ? 0 : ChunkHead + key.Length) + ChunkHead + message.Octets.Length;
        var packet = new byte[length];
        "HEP3"u8.CopyTo(packet);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)length);
        var rest = packet.AsSpan(6);
        Write(ref rest, 1, [(byte)(isSix ? 10 : 2)]);
        Write(ref rest, 2, [(byte)(message.IsDatagram ? 17 : 6)]);
        Write(ref rest, isSix ? 5 : 3, from);
        Write(ref rest, isSix ? 6 : 4, to);
        Write(ref rest, 7, (ushort)source.Port);
        Write(ref rest, 8, (ushort)destination.Port);
        var since = message.At - DateTimeOffset.UnixEpoch;
        Write(ref rest, 9, (uint)(since.Ticks / TimeSpan.TicksPerSecond));
        Write(ref rest, 10, (uint)(since.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
        Write(ref rest, 11, [1]); // SIP
        Write(ref rest, 12, agentId);
        if (password is not null) Write(ref rest, 14, key);
        Write(ref rest, 15, message.Octets);
        return packet;
    }

    private static void Write(ref Span<byte> rest, int type, ushort value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        Write(ref rest, type, octets);
    }

    private static void Write(ref Span<byte> rest, int type, uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        Write(ref rest, type, octets);
    }

    private static void Write(ref Span<byte> rest, int type, scoped ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)type); // vendor 0 stands before it
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], (ushort)(ChunkHead + value.Length));
        value.CopyTo(rest[ChunkHead..]);
        rest = rest[(ChunkHead + value.Length)..];
    }
}
