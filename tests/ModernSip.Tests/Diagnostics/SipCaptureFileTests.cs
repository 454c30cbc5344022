using System.Buffers.Binary;
using System.Net;
using System.Text;
using ModernSip.Diagnostics;
using ModernSip.Tests.Transport;

namespace ModernSip.Tests.Diagnostics;

/// <summary>The format, octet by octet where it matters; that tshark reads it, an interop test shows.</summary>
public sealed class SipCaptureFileTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public async Task Write_Datagram_StandsBehindItsHeaders(string local, string remote)
    {
        var blocks = await WriteAsync(tap => tap.OnMessage(SipTapDirection.Sent, "UDP", new(IPAddress.Parse(local), 5060), new(IPAddress.Parse(remote), 5070), "OPTIONS"u8));
        blocks.Select(static block => block.Type).Should().Equal(0x0A0D0D0Au, 1u, 6u);
        var packet = blocks[2].Packet;
        var isFour = packet[0] >> 4 == 4;
        var ip = isFour ? 20 : 40;
        packet[isFour ? 9 : 6].Should().Be(17);
        Encoding.ASCII.GetString(packet[(ip + 8)..]).Should().Be("OPTIONS");
        BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(ip)).Should().Be(5060);
        BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(ip + 2)).Should().Be(5070);
        if (isFour) Sum(packet.AsSpan(0, 20)).Should().Be(0xFFFF, "the checksum of the header is right");
    }

    [Fact]
    public async Task Write_StreamBothWays_CountsItsOctets()
    {
        IPEndPoint local = new(IPAddress.Loopback, 5060), remote = new(IPAddress.Loopback, 5070);
        var blocks = await WriteAsync(tap =>
        {
            tap.OnMessage(SipTapDirection.Sent, "TCP", local, remote, "12345"u8);
            tap.OnMessage(SipTapDirection.Received, "TCP", local, remote, "123"u8);
            tap.OnMessage(SipTapDirection.Sent, "TCP", local, remote, "12"u8);
        });
        var numbers = blocks.Skip(2).Select(static block => (BinaryPrimitives.ReadUInt32BigEndian(block.Packet.AsSpan(24)), BinaryPrimitives.ReadUInt32BigEndian(block.Packet.AsSpan(28))));
        numbers.Should().Equal((1u, 1u), (1u, 6u), (6u, 4u));
    }

    [Fact]
    public async Task Write_LongMessageOfAStream_IsCutIntoPackets()
    {
        var blocks = await WriteAsync(static tap => tap.OnMessage(SipTapDirection.Sent, "TLS", new(IPAddress.Loopback, 1), new(IPAddress.Loopback, 2), new byte[130_000]));
        blocks.Skip(2).Sum(static block => block.Packet.Length - 40).Should().Be(130_000);
        Encoding.ASCII.GetString(blocks[2].Content).Should().Contain("TLS", "a comment says what headers cannot");
    }

    [Fact]
    public async Task Write_FileThatCannotBeWritten_ToldWhenItIsClosed()
    {
        var file = new SipCaptureFile(new BrokenStream());
        await FluentActions.Awaiting(async () => await file.DisposeAsync()).Should().ThrowAsync<IOException>();
        file.OnMessage(SipTapDirection.Sent, "UDP", new(IPAddress.Loopback, 1), new(IPAddress.Loopback, 2), "x"u8);
        file.Dropped.Should().Be(1);
    }

    private static async Task<List<Block>> WriteAsync(Action<SipCaptureFile> act)
    {
        var stream = new MemoryStream();
        await using (var file = new SipCaptureFile(stream, new ManualTime())) act(file);
        var (octets, blocks) = (stream.ToArray(), new List<Block>());
        for (var at = 0; at < octets.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at + 4));
            BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at + length - 4)).Should().Be((uint)length, "a block ends as it begins");
            blocks.Add(new Block(BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at)), octets[at..(at + length)]));
            at += length;
        }

        return blocks;
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        return (sum & 0xFFFF) + (sum >> 16);
    }

    private sealed record Block(uint Type, byte[] Content)
    {
        public byte[] Packet => Content[28..(28 + (int)BinaryPrimitives.ReadUInt32LittleEndian(Content.AsSpan(20)))];
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The disk is full.");
    }
}
