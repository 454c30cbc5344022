using System.Net;
using ModernSip.Platform;
using ModernSip.Stack.Connections;

namespace ModernSip.Tests.Stack.Connections;

public sealed class LocalPointTests
{
    private static readonly SipNetworkInterface Loopback = new("lo", true, [IPAddress.Loopback, IPAddress.IPv6Loopback]);
    private static readonly SipNetworkInterface Ethernet = new("eth0", true, [IPAddress.Parse("192.0.2.2"), IPAddress.Parse("fe80::2"), IPAddress.Parse("2001:db8::2")], HasDefaultRoute: true);
    private static readonly SipNetworkInterface Bridge = new("br0", true, [IPAddress.Parse("172.17.0.1")]);

    [Theory]
    [InlineData(null, "0.0.0.0:0")]
    [InlineData(" ", "0.0.0.0:0")]
    [InlineData("192.0.2.2", "192.0.2.2:0")]
    [InlineData("192.0.2.2:5060", "192.0.2.2:5060")]
    [InlineData("[::1]:5070", "[::1]:5070")]
    [InlineData("eth0", "eth0:0")]
    [InlineData("eth0:5060", "eth0:5060")]
    public void TryParse_AddressOrInterface_IsRead(string? text, string expected)
    {
        LocalPoint.TryParse(text, [Loopback, Ethernet], out var point).Should().BeTrue();
        point!.ToString().Should().Be(expected);
    }

    [Theory]
    [InlineData("eth1")]
    [InlineData("eth0:65536")]
    [InlineData("eth0:")]
    [InlineData(":5060")]
    [InlineData("not an address")]
    public void TryParse_AnythingElse_IsRefused(string text) => LocalPoint.TryParse(text, [Loopback, Ethernet], out _).Should().BeFalse();

    [Fact]
    public void TryParse_InterfaceWithAColonInItsName_TakesTheWholeName()
    {
        LocalPoint.TryParse("eth0:1", [Ethernet, Ethernet with { Name = "eth0:1" }], out var point).Should().BeTrue();
        point.Should().Be(new LocalPoint(null, "eth0:1", 0));
    }

    [Fact]
    public void Resolve_Interface_BindsOneAddressOfEachFamilyButNoLinkLocalOne() =>
        new LocalPoint(null, "eth0", 5060).Resolve([Loopback, Ethernet]).EndPoints.Select(static endPoint => endPoint.ToString()).Should().Equal("192.0.2.2:5060", "[2001:db8::2]:5060");

    [Theory]
    [InlineData("eth0", "eth0 is down")]
    [InlineData("eth1", "there is no interface eth1")]
    [InlineData("eth2", "eth2 has no address")]
    public void Resolve_InterfaceThatCannotBeUsed_SaysWhy(string name, string problem) =>
        new LocalPoint(null, name, 0).Resolve([Ethernet with { IsUp = false }, Ethernet with { Name = "eth2", Addresses = [] }]).Problem.Should().Be(problem);

    [Fact]
    public void Resolve_AddressOfAnInterfaceThatIsDown_SaysSo() =>
        Point("192.0.2.2").Resolve([Ethernet with { IsUp = false }]).Problem.Should().Be("eth0 is down");

    [Fact]
    public void Resolve_AddressThatNoInterfaceHas_CanBeTriedAllTheSame() =>
        Point("192.0.2.77").Resolve([Ethernet]).Should().BeEquivalentTo(new { IsUnknown = true, Problem = "192.0.2.77 is no address of this machine" });

    [Fact]
    public void Resolve_Wildcard_StandsOnTheDefaultRoute() =>
        LocalPoint.Default.Resolve([Loopback, Bridge, Ethernet]).Basis.Should().Equal(IPAddress.Parse("192.0.2.2"));

    [Fact]
    public void Resolve_WildcardWithoutADefaultRoute_StandsOnAnyAddressButLoopback() =>
        LocalPoint.Default.Resolve([Loopback, Bridge, Ethernet with { HasDefaultRoute = false }]).Basis.Should().Equal(IPAddress.Parse("172.17.0.1"), IPAddress.Parse("192.0.2.2"));

    [Fact]
    public void Resolve_WildcardWithLoopbackAlone_CannotBeLost() => LocalPoint.Default.Resolve([Loopback]).Should().BeEquivalentTo(new { Basis = Array.Empty<IPAddress>(), Problem = (string?)null });

    [Fact]
    public void Resolve_NothingKnownOfInterfaces_BindsWhatWasAskedFor() =>
        Point("10.0.0.1").Resolve(null).Should().BeEquivalentTo(new { EndPoints = new[] { new IPEndPoint(IPAddress.Parse("10.0.0.1"), 5060) }, Basis = Array.Empty<IPAddress>(), Problem = (string?)null });

    [Theory]
    [InlineData(true, "192.0.2.2 2001:db8::2", null)]
    [InlineData(true, "192.0.2.2 2001:db8::2 192.0.2.3", null)]
    [InlineData(false, "192.0.2.2 2001:db8::2", "eth0 is down")]
    [InlineData(true, "2001:db8::2", "the address 192.0.2.2 is gone")]
    [InlineData(true, "", "the address 192.0.2.2 is gone")]
    public void WhyLost_Interface_NeedsEveryAddressThatWasBound(bool isUp, string addresses, string? reason)
    {
        var now = new SipNetworkInterface("eth0", isUp, [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]);
        new LocalPoint(null, "eth0", 0).WhyLost([Loopback, now], [IPAddress.Parse("192.0.2.2"), IPAddress.Parse("2001:db8::2")]).Should().Be(reason);
    }

    [Fact]
    public void WhyLost_Wildcard_IsSatisfiedByOneOfItsAddresses()
    {
        IReadOnlyList<IPAddress> basis = [IPAddress.Parse("172.17.0.1"), IPAddress.Parse("192.0.2.2")];
        LocalPoint.Default.WhyLost([Loopback, Ethernet], basis).Should().BeNull();
        LocalPoint.Default.WhyLost([Loopback, Ethernet with { IsUp = false }], basis).Should().NotBeNull();
    }

    private static LocalPoint Point(string address) => new(IPAddress.Parse(address), null, 5060);
}
