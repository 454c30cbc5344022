using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ModernSip.Diagnostics;

namespace ModernSip.Tests.Diagnostics;

public sealed class SipHepExporterTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", "UDP", SipTapDirection.Sent)]
    [InlineData("192.0.2.1", "192.0.2.2", "TCP", SipTapDirection.Received)]
    [InlineData("2001:db8::1", "2001:db8::2", "TLS", SipTapDirection.Sent)]
    public async Task Export_Message_ArrivesWithAllThatIsKnownOfIt(string local, string remote, string protocol, SipTapDirection direction)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var before = TimeProvider.System.GetUtcNow();
        using var exporter = new SipHepExporter((IPEndPoint)server.LocalEndPoint!, 2001, "secret");
        exporter.OnMessage(direction, protocol, new(IPAddress.Parse(local), 5060), new(IPAddress.Parse(remote), 5070), "OPTIONS sip:x SIP/2.0\r\n\r\n"u8);
        var packet = new byte[65_536];
        var length = await server.ReceiveAsync(packet).WaitAsync(TimeSpan.FromSeconds(10));

        Encoding.ASCII.GetString(packet, 0, 4).Should().Be("HEP3");
        BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)).Should().Be((ushort)length);
        var chunks = Read(packet.AsSpan(6, length - 6));
        var isSix = local.Contains(':', StringComparison.Ordinal);
        chunks[1].Should().Equal((byte)(isSix ? 10 : 2));
        chunks[2].Should().Equal((byte)(protocol == "UDP" ? 17 : 6));
        var (source, destination) = direction == SipTapDirection.Sent ? (local, remote) : (remote, local);
        new IPAddress(chunks[isSix ? 5 : 3]).ToString().Should().Be(source);
        new IPAddress(chunks[isSix ? 6 : 4]).ToString().Should().Be(destination);
        BinaryPrimitives.ReadUInt16BigEndian(chunks[7]).Should().Be((ushort)(direction == SipTapDirection.Sent ? 5060 : 5070));
        var at = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(chunks[9])).AddMicroseconds(BinaryPrimitives.ReadUInt32BigEndian(chunks[10]));
        at.Should().BeCloseTo(before, TimeSpan.FromSeconds(10));
        chunks[11].Should().Equal(1);
        BinaryPrimitives.ReadUInt32BigEndian(chunks[12]).Should().Be(2001);
        Encoding.ASCII.GetString(chunks[14]).Should().Be("secret");
        Encoding.ASCII.GetString(chunks[15]).Should().Be("OPTIONS sip:x SIP/2.0\r\n\r\n");
        exporter.Dropped.Should().Be(0);
    }

    [Fact]
    public void Export_MessageLargerThanADatagram_IsCountedAsDropped()
    {
        using var exporter = new SipHepExporter(new IPEndPoint(IPAddress.Loopback, 9));
        exporter.OnMessage(SipTapDirection.Sent, "TCP", new(IPAddress.Loopback, 1), new(IPAddress.Loopback, 2), new byte[70_000]);
        exporter.Dropped.Should().Be(1);
    }

    private static Dictionary<int, byte[]> Read(ReadOnlySpan<byte> chunks)
    {
        var read = new Dictionary<int, byte[]>();
        while (!chunks.IsEmpty)
        {
            BinaryPrimitives.ReadUInt16BigEndian(chunks).Should().Be(0, "these are the general chunks");
            var length = BinaryPrimitives.ReadUInt16BigEndian(chunks[4..]);
            read.Add(BinaryPrimitives.ReadUInt16BigEndian(chunks[2..]), chunks[6..length].ToArray());
            chunks = chunks[length..];
        }

        return read;
    }
}
