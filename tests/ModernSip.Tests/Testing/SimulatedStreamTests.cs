using ModernSip.Errors;
using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SimulatedStreamTests : SipSimulatedNetworkTestBase
{
    [Fact]
    public void Connect_Listening_CarriesMessagesBothWaysInOrder() => Simulation.Run(async () =>
    {
        Network.Conditions = new SipNetworkConditions { Loss = 0.5, Reordering = 0.5, Duplication = 0.5, MinDelay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(50) };
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        bob.Answer = (flow, text) => Send(flow, "re " + text);

        var flow = await alice.ConnectAsync(bob.Local);
        for (var i = 0; i < 50; i++) Send(flow, $"{i}");
        await Quiet();

        bob.Messages.Should().Equal(Enumerable.Range(0, 50).Select(i => $"{i}"));
        alice.Messages.Should().Equal(Enumerable.Range(0, 50).Select(i => $"re {i}"));
        flow.LocalEndPoint.Port.Should().NotBe(5060);
        bob.Flows.Distinct().Should().ContainSingle().Which.RemoteEndPoint.Should().Be(flow.LocalEndPoint);
        (await alice.ConnectAsync(bob.Local)).Should().BeSameAs(flow);
        (await bob.ConnectAsync(flow.LocalEndPoint)).Should().BeSameAs(bob.Flows[0]);
    });

    [Fact]
    public void Connect_NobodyListens_IsRefusedAfterARoundTrip() => Simulation.Run(async () =>
    {
        var alice = await Tcp(Alice);

        await alice.Invoking(it => it.ConnectAsync(End("10.0.0.2:5060"))).Should().ThrowAsync<SipTransportException>().WithMessage("*refused*");

        Simulation.Time.Elapsed.Should().Be(TimeSpan.FromMilliseconds(2));
    });

    [Fact]
    public void Connect_NoSuchHost_TimesOutWithoutOnClosed() => Simulation.Run(async () =>
    {
        var alice = await Tcp(Alice);

        await alice.Invoking(it => it.ConnectAsync(End("10.0.0.9:5060"))).Should().ThrowAsync<SipTransportException>().WithMessage("*did not answer*");

        Simulation.Time.Elapsed.Should().Be(TimeSpan.FromSeconds(20));
        await Quiet(600);
        alice.Closed.Should().BeEmpty();
    });

    [Fact]
    public void Connect_OneOfTwoWaitersCancels_OtherGetsTheConnection() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        using var cancellation = new CancellationTokenSource();

        var impatient = alice.Binding.ConnectAsync(new(bob.Local), cancellation.Token).AsTask();
        var patient = alice.ConnectAsync(bob.Local);
        await cancellation.CancelAsync();

        await impatient.Invoking(it => it).Should().ThrowAsync<OperationCanceledException>();
        (await patient).IsClosed.Should().BeFalse();
    });

    [Fact]
    public void Connect_CutAndMendedInTime_Succeeds() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        Network.Disconnect(Alice, Bob);
        var connecting = alice.ConnectAsync(bob.Local);
        await Quiet(10);

        Network.Reconnect(Alice, Bob);

        (await connecting).IsClosed.Should().BeFalse();
    });

    [Fact]
    public void Close_AfterSending_DeliversThenTellsBothEndsOnce() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        Send(flow, "last");
        flow.Close();
        flow.Close();
        alice.Closed.Should().BeEmpty("it is told later");
        flow.Invoking(it => Send(it, "x")).Should().Throw<SipTransportException>();
        await Quiet();

        bob.Messages.Should().Equal("last");
        alice.Closed.Should().Equal((flow, null));
        bob.Closed.Should().Equal((bob.Flows[0], null));
        bob.Flows[0].IsClosed.Should().BeTrue();
        (await alice.ConnectAsync(bob.Local)).Should().NotBeSameAs(flow);
    });

    [Fact]
    public void Dispose_OfABinding_ClosesItsFlowsAndStopsListening() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        await alice.ConnectAsync(bob.Local);

        await bob.Binding.DisposeAsync();
        await Quiet();

        alice.Closed.Should().ContainSingle().Which.Error.Should().BeNull();
        bob.Closed.Should().ContainSingle();
        await alice.Invoking(it => it.ConnectAsync(End("10.0.0.2:5060"))).Should().ThrowAsync<SipTransportException>().WithMessage("*refused*");
    });

    [Fact]
    public void ResetConnections_Open_TellsBothEndsWhy() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        await alice.ConnectAsync(bob.Local);

        Bob.ResetConnections();
        await Quiet();

        alice.Closed.Should().ContainSingle().Which.Error.Should().BeOfType<SipTransportException>();
        bob.Closed.Should().ContainSingle().Which.Error.Should().BeOfType<SipTransportException>();
    });

    [Fact]
    public void Disconnect_ThenReconnect_DeliversWhatWasHeldInOrder() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);

        Send(flow, "1");
        Network.Disconnect(Alice, Bob);
        Send(flow, "2");
        await Quiet(60);
        bob.Messages.Should().BeEmpty();
        Send(flow, "3");
        Network.Reconnect(Alice, Bob);
        Send(flow, "4");
        await Quiet();

        bob.Messages.Should().Equal("1", "2", "3", "4");
    });

    [Fact]
    public void Disconnect_LongerThanTheStreamTimeout_FailsTheSenderAndLaterThePeer() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Tcp(Alice), await Tcp(Bob));
        var flow = await alice.ConnectAsync(bob.Local);
        Send(flow, "before");
        await Quiet();

        Network.Disconnect(Alice, Bob);
        Send(flow, "lost");
        await Quiet(130);
        alice.Closed.Should().ContainSingle().Which.Error!.Message.Should().Contain("timed out");
        bob.Closed.Should().BeEmpty("nobody could tell it");

        Network.Reconnect(Alice, Bob);
        Send(bob.Flows[0], "to nobody");
        await Quiet();
        bob.Closed.Should().ContainSingle().Which.Error!.Message.Should().Contain("reset");
        bob.Messages.Should().Equal("before");
    });
}
