using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ModernSip.Diagnostics;

/// <summary>Puts the headers before a payload that it would have on a network: IPv4 or IPv6, and UDP or TCP. Pure.</summary>
internal static class InternetHeaders
{
    private const byte Tcp = 6, Udp = 17;

    /// <summary>A whole IP packet that holds a datagram.</summary>
    public static byte[] Datagram(IPEndPoint source, IPEndPoint destination, ReadOnlySpan<byte> payload)
    {
        var packet = Packet(source.Address, destination.Address, Udp, 8 + payload.Length, out var segment);
        WritePorts(segment, source, destination);
        BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)segment.Length);
        payload.CopyTo(segment[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(segment[6..], Checksum(source.Address, destination.Address, Udp, segment));
        return packet;
    }

    /// <summary>A whole IP packet that holds a segment of a stream.</summary>
    /// <param name="source">Who sends it.</param>
    /// <param name="destination">Who gets it.</param>
    /// <param name="sequence">The number of its first octet.</param>
    /// <param name="acknowledgement">The number of the octet that is expected from the other side.</param>
    /// <param name="payload">The octets.</param>
    public static byte[] Segment(IPEndPoint source, IPEndPoint destination, uint sequence, uint acknowledgement, ReadOnlySpan<byte> payload)
    {
        var packet = Packet(source.Address, destination.Address, Tcp, 20 + payload.Length, out var segment);
        WritePorts(segment, source, destination);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], acknowledgement);
        (segment[12], segment[13]) = (5 << 4, 0x18); // five words of header; PSH and ACK
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], ushort.MaxValue);
        payload.CopyTo(segment[20..]);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], Checksum(source.Address, destination.Address, Tcp, segment));
        return packet;
    }

    private static void WritePorts(Span<byte> segment, IPEndPoint source, IPEndPoint destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)destination.Port);
    }

    private static byte[] Packet(IPAddress source, IPAddress destination, byte protocol, int length, out Span<byte> segment)
    {
        if (source.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var six = new byte[40 + length];
            six[0] = 6 << 4;
            BinaryPrimitives.WriteUInt16BigEndian(six.AsSpan(4), (ushort)length);
            (six[6], six[7]) = (protocol, 64);
            source.GetAddressBytes().CopyTo(six, 8);
            destination.GetAddressBytes().CopyTo(six, 24);
            segment = six.AsSpan(40);
            return six;
        }

        var packet = new byte[20 + length];
        packet[0] = (4 << 4) | 5;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[6] = 0x40; // not to be fragmented
        (packet[8], packet[9]) = (64, protocol);
        source.GetAddressBytes().CopyTo(packet, 12);
        destination.GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Fold(Sum(packet.AsSpan(0, 20))));
        segment = packet.AsSpan(20);
        return packet;
    }

    /// <summary>Over the pseudo header and the segment (RFC 768, RFC 9293 §3.1, RFC 8200 §8.1).</summary>
    private static ushort Checksum(IPAddress source, IPAddress destination, byte protocol, ReadOnlySpan<byte> segment)
    {
        var folded = Fold(Sum(source.GetAddressBytes()) + Sum(destination.GetAddressBytes()) + protocol + (uint)segment.Length + Sum(segment));
        return folded == 0 && protocol == Udp ? ushort.MaxValue : folded; // 0 says that there is none
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i + 1 < octets.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        if (octets.Length % 2 == 1) sum += (uint)octets[^1] << 8;
        return sum;
    }

    private static ushort Fold(uint sum)
    {
        while (sum > ushort.MaxValue) sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
