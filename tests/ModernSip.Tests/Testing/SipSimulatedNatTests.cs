using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SipSimulatedNatTests : SipSimulatedNetworkTestBase
{
    private readonly SipSimulatedNat _nat;
    private readonly SipSimulatedHost _inside;

    public SipSimulatedNatTests()
    {
        _nat = Network.CreateNat("203.0.113.1");
        _inside = _nat.CreateHost("192.168.0.2");
    }

    [Fact]
    public void Send_FromInside_ArrivesFromThePublicAddressAndIsAnswered() => Simulation.Run(async () =>
    {
        var (inside, bob) = (await Udp(_inside), await Udp(Bob));
        bob.Answer = (flow, text) => Send(flow, "re " + text);

        Send(await inside.ConnectAsync(bob.Local), "hello");
        await Quiet();

        bob.Flows[0].RemoteEndPoint.Address.Should().Be(_nat.Address);
        inside.Messages.Should().Equal("re hello");
        inside.Flows[0].LocalEndPoint.Should().Be(inside.Local);
        Network.Captured[0].TranslatedFrom.Should().Be(bob.Flows[0].RemoteEndPoint);
    });

    [Theory]
    [InlineData(SipNatMapping.EndpointIndependent, true)]
    [InlineData(SipNatMapping.AddressAndPortDependent, false)]
    public void Send_ToTwoPeers_SharesThePortAsMapped(SipNatMapping mapping, bool shared) => Simulation.Run(async () =>
    {
        _nat.Mapping = mapping;
        var (inside, alice, bob) = (await Udp(_inside), await Udp(Alice), await Udp(Bob));

        Send(await inside.ConnectAsync(alice.Local), "x");
        Send(await inside.ConnectAsync(bob.Local), "x");
        await Quiet();

        alice.Flows[0].RemoteEndPoint.Equals(bob.Flows[0].RemoteEndPoint).Should().Be(shared);
    });

    [Theory]
    [InlineData(SipNatFiltering.AddressAndPortDependent, 0)]
    [InlineData(SipNatFiltering.EndpointIndependent, 1)]
    public void Send_FromAStranger_IsLetInAsFiltered(SipNatFiltering filtering, int arrived) => Simulation.Run(async () =>
    {
        _nat.Filtering = filtering;
        var (inside, alice, bob) = (await Udp(_inside), await Udp(Alice), await Udp(Bob));
        Send(await inside.ConnectAsync(alice.Local), "x");
        await Quiet();

        Send(await bob.ConnectAsync(alice.Flows[0].RemoteEndPoint), "stranger");
        await Quiet();

        inside.Messages.Should().HaveCount(arrived);
    });

    [Fact]
    public void Send_AfterTheMappingTimeout_ReachesNobodyUntilTheInsideSendsAgain() => Simulation.Run(async () =>
    {
        var (inside, bob) = (await Udp(_inside), await Udp(Bob));
        var flow = await inside.ConnectAsync(bob.Local);
        Send(flow, "first");
        await Quiet(31);

        Send(bob.Flows[0], "too late");
        Send(flow, "second");
        await Quiet();

        inside.Messages.Should().BeEmpty();
        bob.Flows[1].RemoteEndPoint.Should().NotBe(bob.Flows[0].RemoteEndPoint);
    });

    [Fact]
    public void Send_KeptAlive_KeepsThePort() => Simulation.Run(async () =>
    {
        var (inside, bob) = (await Udp(_inside), await Udp(Bob));
        var flow = await inside.ConnectAsync(bob.Local);

        for (var i = 0; i < 5; i++)
        {
            Send(flow, "x");
            await Quiet(25);
        }

        bob.Flows.Distinct().Should().ContainSingle();
    });

    [Fact]
    public void Connect_FromInside_WorksAndShowsThePublicAddress() => Simulation.Run(async () =>
    {
        var (inside, bob) = (await Tcp(_inside), await Tcp(Bob));
        bob.Answer = (flow, text) => Send(flow, "re " + text);

        Send(await inside.ConnectAsync(bob.Local), "hello");
        await Quiet();

        inside.Messages.Should().Equal("re hello");
        bob.Flows[0].RemoteEndPoint.Address.Should().Be(_nat.Address);
    });

    [Fact]
    public void Send_BetweenHostsInside_IsNotTranslated() => Simulation.Run(async () =>
    {
        var (one, other) = (await Udp(_inside), await Udp(_nat.CreateHost("192.168.0.3")));

        Send(await one.ConnectAsync(other.Local), "x");
        await Quiet();

        other.Flows[0].RemoteEndPoint.Should().Be(one.Local);
    });
}
