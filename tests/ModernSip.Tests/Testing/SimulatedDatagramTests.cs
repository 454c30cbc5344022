using System.Net;
using System.Text;
using ModernSip.Errors;
using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SimulatedDatagramTests : SipSimulatedNetworkTestBase
{
    [Fact]
    public void Send_ToABoundPort_ArrivesAfterTheDelayAndNotInsideTheCall() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        bob.Answer = (flow, text) => Send(flow, "re " + text);

        Send(await alice.ConnectAsync(bob.Local), "hello");
        bob.Messages.Should().BeEmpty();
        await Quiet();

        bob.Arrivals.Should().Equal("hello@1");
        alice.Arrivals.Should().Equal("re hello@2");
        bob.Flows[0].RemoteEndPoint.Should().Be(alice.Local);
        (await bob.ConnectAsync(alice.Local)).Should().BeSameAs(bob.Flows[0]);
    });

    [Fact]
    public void Send_BufferReusedAfterwards_DeliversWhatWasSent() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var buffer = Encoding.UTF8.GetBytes("before");

        (await alice.ConnectAsync(bob.Local)).Send(buffer);
        Array.Clear(buffer);
        await Quiet();

        bob.Messages.Should().Equal("before");
    });

    [Fact]
    public void Send_NobodyThere_Vanishes() => Simulation.Run(async () =>
    {
        var alice = await Udp(Alice);

        Send(await alice.ConnectAsync(End("10.0.0.2:9")), "no port");
        Send(await alice.ConnectAsync(End("10.0.0.9:5060")), "no host");
        await Quiet();

        Network.Captured.Select(packet => packet.Fate).Should().Equal(SipPacketFate.NoListener, SipPacketFate.Unreachable);
    });

    [Fact]
    public void Send_LossOfAThird_LosesAboutAThird() => Simulation.Run(async () =>
    {
        Network.Conditions = new SipNetworkConditions { Loss = 1 / 3.0 };
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        for (var i = 0; i < 3000; i++) Send(flow, "x");
        await Quiet();

        bob.Messages.Should().HaveCountGreaterThan(1900).And.HaveCountLessThan(2100);
        Network.Captured.Count(packet => packet.Fate == SipPacketFate.Lost).Should().Be(3000 - bob.Messages.Count);
    });

    [Fact]
    public void Send_DuplicationCertain_ArrivesTwice() => Simulation.Run(async () =>
    {
        Network.Conditions = new SipNetworkConditions { Duplication = 1 };
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));

        Send(await alice.ConnectAsync(bob.Local), "x");
        await Quiet();

        bob.Messages.Should().Equal("x", "x");
        Network.Captured.Select(packet => packet.IsDuplicate).Should().Equal(false, true);
    });

    [Fact]
    public void Send_RandomDelaysWithoutReordering_KeepOrderWithinTheRange() => Simulation.Run(async () =>
    {
        Network.Conditions = new SipNetworkConditions { MinDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(90) };
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        for (var i = 0; i < 100; i++) Send(flow, $"{i}");
        await Quiet(0.009);
        bob.Messages.Should().BeEmpty();
        await Quiet(0.081);

        bob.Messages.Should().Equal(Enumerable.Range(0, 100).Select(i => $"{i}"));
        bob.Arrivals.Select(arrival => arrival.Split('@')[1]).Distinct(StringComparer.Ordinal).Should().HaveCountGreaterThan(1);
    });

    [Fact]
    public void Send_SomeReordered_ThoseAreOvertakenAndNoneIsMissing() => Simulation.Run(async () =>
    {
        Network.Conditions = new SipNetworkConditions { Reordering = 0.2 };
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        for (var i = 0; i < 100; i++) Send(flow, $"{i:D3}");
        await Quiet();

        bob.Messages.Should().NotBeInAscendingOrder(StringComparer.Ordinal).And.HaveCount(100).And.OnlyHaveUniqueItems();
        bob.Arrivals.Count(arrival => arrival.EndsWith("@51", StringComparison.Ordinal)).Should().BeInRange(10, 30);
    });

    [Fact]
    public void Send_LargerThanTheMtu_Vanishes() => Simulation.Run(async () =>
    {
        Network.Conditions = new SipNetworkConditions { Mtu = 10 };
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        Send(flow, "0123456789");
        Send(flow, "0123456789a");
        await Quiet();

        bob.Messages.Should().Equal("0123456789");
        Network.Captured[1].Fate.Should().Be(SipPacketFate.TooLarge);
    });

    [Fact]
    public void Disconnect_WhileUnderWay_LosesItUntilReconnected() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        Send(flow, "under way");
        Network.Disconnect(Bob, Alice);
        Send(flow, "cut");
        await Quiet();
        Network.Reconnect(Alice, Bob);
        Send(flow, "mended");
        await Quiet();

        bob.Messages.Should().Equal("mended");
    });

    [Fact]
    public void SetConditions_OneDirection_LeavesTheOtherAlone() => Simulation.Run(async () =>
    {
        Network.SetConditions(Alice, Bob, new SipNetworkConditions { MinDelay = TimeSpan.FromMilliseconds(100) });
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        bob.Answer = (flow, _) => Send(flow, "back");

        Send(await alice.ConnectAsync(bob.Local), "there");
        await Quiet();

        bob.Arrivals.Should().Equal("there@100");
        alice.Arrivals.Should().Equal("back@101");
    });

    [Fact]
    public void Send_HostIsDown_ThrowsAndNothingArrivesThere() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var (there, back) = (await alice.ConnectAsync(bob.Local), await bob.ConnectAsync(alice.Local));
        Bob.IsUp = false;

        Send(there, "x");
        var send = () => Send(back, "y");
        await Quiet();

        send.Should().Throw<SipTransportException>();
        bob.Messages.Should().BeEmpty();
        Bob.IsUp = true;
        Send(there, "z");
        await Quiet();
        bob.Messages.Should().Equal("z");
    });

    [Fact]
    public void Bind_TakenOrForeignAddress_Throws() => Simulation.Run(async () =>
    {
        var alice = await Udp(Alice);

        await alice.Invoking(_ => Udp(Alice)).Should().ThrowAsync<SipTransportException>().WithMessage("*in use*");
        await alice.Invoking(_ => NetworkPeer.BindAsync(Simulation.Time, Bob, Alice.Udp)).Should().ThrowAsync<SipTransportException>().WithMessage("*not an address*");
        await alice.Binding.DisposeAsync();
        (await Udp(Alice)).Local.Should().Be(End("10.0.0.1:5060"));
    });

    [Fact]
    public void Bind_WildcardAndPortZero_GivesFreePortsAndFlowsWithRealAddresses() => Simulation.Run(async () =>
    {
        var bob = await Udp(Bob);
        var one = await Alice.Udp.BindAsync(new IPEndPoint(IPAddress.Any, 0), bob, default);
        var other = await Alice.Udp.BindAsync(new IPEndPoint(IPAddress.Any, 0), bob, default);

        one.LocalEndPoint.Port.Should().BePositive().And.NotBe(other.LocalEndPoint.Port);
        var flow = await one.ConnectAsync(new(bob.Local), default);
        flow.LocalEndPoint.Should().Be(new IPEndPoint(Alice.Address, one.LocalEndPoint.Port));
    });

    [Fact]
    public void Send_ClosedFlowOrDisposedBinding_Throws() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        var closed = await alice.ConnectAsync(bob.Local);
        closed.Close();
        var fresh = await alice.ConnectAsync(bob.Local);
        fresh.Should().NotBeSameAs(closed);
        await alice.Binding.DisposeAsync();

        foreach (var flow in new[] { closed, fresh }) flow.Invoking(it => Send(it, "x")).Should().Throw<SipTransportException>();
        alice.Closed.Should().BeEmpty();
    });
}
