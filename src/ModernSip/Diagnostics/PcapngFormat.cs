using System.Buffers.Binary;

namespace ModernSip.Diagnostics;

/// <summary>The blocks of a pcapng file (draft-ietf-opsawg-pcapng), in little-endian order. Pure.</summary>
internal sealed class PcapngFormat
{
    private const int MostInAPacket = 60_000;
    private const ushort RawInternet = 101; // packets begin with their IP header

    private readonly Dictionary<(System.Net.IPEndPoint From, System.Net.IPEndPoint To), uint> _sent = [];

    /// <summary>What a file begins with: a section, and the one interface that all packets belong to.</summary>
    public static byte[] Head()
    {
        var head = new byte[28 + 20];
        var section = head.AsSpan(0, 28);
        BinaryPrimitives.WriteUInt32LittleEndian(section, 0x0A0D0D0A);
        BinaryPrimitives.WriteUInt32LittleEndian(section[8..], 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(section[12..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(section[16..], -1); // it ends with the file
        Close(section);
        var link = head.AsSpan(28);
        BinaryPrimitives.WriteUInt32LittleEndian(link, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(link[8..], RawInternet);
        Close(link);
        return head;
    }

    /// <summary>The packets that a message makes: one, or as many as it needs in a stream.</summary>
    public IEnumerable<byte[]> Packets(TappedMessage message)
    {
        var (source, destination) = (message.Source, message.Destination);
        if (message.IsDatagram)
        {
            yield return Packet(message, InternetHeaders.Datagram(source, destination, message.Octets.AsSpan(0, Math.Min(message.Octets.Length, MostInAPacket))));
            yield break;
        }

        for (var done = 0; done < message.Octets.Length;)
        {
            var part = message.Octets.AsSpan(done, Math.Min(message.Octets.Length - done, MostInAPacket));
            var sequence = _sent.GetValueOrDefault((source, destination), 1u);
            var packet = Packet(message, InternetHeaders.Segment(source, destination, sequence, _sent.GetValueOrDefault((destination, source), 1u), part));
            _sent[(source, destination)] = sequence + (uint)part.Length;
            done += part.Length;
            yield return packet;
        }
    }

    /// <summary>A packet with its time, its direction, and the transport in a comment where headers cannot tell it.</summary>
    private static byte[] Packet(TappedMessage message, byte[] packet)
    {
        var comment = message.IsDatagram || message.Protocol == "TCP" ? [] : System.Text.Encoding.ASCII.GetBytes(message.Protocol);
        var options = 8 + (comment.Length > 0 ? 4 + Padded(comment.Length) : 0) + 4;
        var block = new byte[28 + Padded(packet.Length) + options + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(block, 6);
        var microseconds = (ulong)((message.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), (uint)(microseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(16), (uint)microseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(20), (uint)packet.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(24), (uint)packet.Length);
        packet.CopyTo(block, 28);
        var option = block.AsSpan(28 + Padded(packet.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(option, 2); // flags: inbound or outbound
        BinaryPrimitives.WriteUInt16LittleEndian(option[2..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(option[4..], message.Direction == SipTapDirection.Received ? 1u : 2u);
        option = option[8..];
        if (comment.Length > 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(option, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(option[2..], (ushort)comment.Length);
            comment.CopyTo(option[4..]);
        }

        Close(block);
        return block;
    }

    /// <summary>Its length stands at both ends of a block.</summary>
    private static void Close(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(block[^4..], (uint)block.Length);
    }

    private static int Padded(int length) => (length + 3) & ~3;
}
