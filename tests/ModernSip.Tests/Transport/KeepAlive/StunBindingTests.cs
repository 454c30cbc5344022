using System.Net;
using ModernSip.Transport.KeepAlive;

namespace ModernSip.Tests.Transport.KeepAlive;

public sealed class StunBindingTests
{
    // RFC 5769 §2.2 and §2.3 without the attributes that SIP does not use: 192.0.2.1:32853 and 2001:db8:1234:5678:11:2233:4455:6677:32853.
    private static readonly byte[] Id = Convert.FromHexString("B7E7A701BC34D686FA87DFAE");
    private static readonly byte[] ResponseV4 = Convert.FromHexString("0101000C2112A442B7E7A701BC34D686FA87DFAE002000080001A147E112A643");
    private static readonly byte[] ResponseV6 = Convert.FromHexString("010100182112A442B7E7A701BC34D686FA87DFAE002000140002A1470113A9FAA5D3F179BC25F4B5BED2B9D9");

    [Fact]
    public void Response_OfThePublishedExamples_IsReadAndWritten()
    {
        foreach (var (octets, address) in new[] { (ResponseV4, "192.0.2.1:32853"), (ResponseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853") })
        {
            StunBinding.TryReadResponse(octets, out var id, out var seenAs).Should().BeTrue();
            id.ToArray().Should().Equal(Id);
            seenAs.Should().Be(IPEndPoint.Parse(address));

            var written = new byte[StunBinding.MaxResponse];
            written[..StunBinding.WriteResponse(written, Id, IPEndPoint.Parse(address))].Should().Equal(octets);
        }
    }

    [Fact]
    public void Request_Written_IsRead()
    {
        var octets = new byte[20];
        StunBinding.WriteRequest(octets, Id).Should().Be(20);

        StunBinding.TryReadRequest(octets, out var id).Should().BeTrue();
        id.ToArray().Should().Equal(Id);
        StunBinding.TryReadResponse(octets, out _, out _).Should().BeFalse();
    }

    [Fact]
    public void Class12_CutOrLyingAboutItsLength_IsNoStun()
    {
        for (var length = 0; length < ResponseV4.Length; length++) StunBinding.TryReadResponse(ResponseV4.AsSpan(0, length), out _, out _).Should().BeFalse();
        for (var at = 0; at < ResponseV4.Length; at++)
        {
            foreach (var value in new byte[] { 0, 0x7F, 0xFF })
            {
                var changed = (byte[])ResponseV4.Clone();
                changed[at] = value;
                StunBinding.TryReadResponse(changed, out _, out _); // must not throw
                StunBinding.TryReadRequest(changed, out _);
            }
        }
    }
}
