using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation.Wire;

namespace ModernSip.ScenarioTests.Sessions.Races;

/// <summary>Changes of a session that meet on their way (RFC 5407 §3.3.1, §3.3.2), between two stacks of this library.</summary>
[Trait("Req", "D8")]
public sealed class CrossoverTests
{
    private const string Alice = "10.0.0.1", Bob = "10.0.0.2";

    [Fact, Trait("Section", "RFC 5407 3.3.1")]
    public void Rfc5407_3_3_1_ReinvitesCross_BothGet491AndTheOwnerOfTheCallIdWaitsLonger() => Run(async (alice, bob, wire) =>
    {
        var fromAlice = alice.SendInviteAsync(Scene.Sdp).FinalAsync();
        var fromBob = bob.SendInviteAsync(SipContent.Sdp(Scene.Answer)).FinalAsync();
        ((await fromAlice).StatusCode, (await fromBob).StatusCode).Should().Be((200, 200));
        var refused = Finals(wire, 491);
        refused.Select(static one => one.CSeq.Method).Should().Equal(SipMethod.Invite, SipMethod.Invite);
        var again = Requests(wire, SipMethod.Invite).Skip(3).ToList(); // behind the first one and the two that met
        again.Select(static one => one.Local.Address.ToString()).Should().Equal(Bob, Alice);
        (again[0].At - refused[0].At).TotalSeconds.Should().BeInRange(0, 2.1);
        (again[1].At - refused[1].At).TotalSeconds.Should().BeInRange(2.1, 4.1);
        Requests(wire, SipMethod.Ack).Should().HaveCount(5, "each INVITE is acknowledged once");
    });

    [Fact, Trait("Section", "RFC 5407 3.3.2")]
    public void Rfc5407_3_3_2_UpdateWithAnOfferCrossesAReinvite_BothGet491AndSucceedLater() => Run(async (alice, bob, wire) =>
    {
        var fromAlice = alice.SendAsync(SipMethod.Update, Scene.Sdp).FinalAsync();
        var fromBob = bob.SendInviteAsync(SipContent.Sdp(Scene.Answer)).FinalAsync();
        ((await fromAlice).StatusCode, (await fromBob).StatusCode).Should().Be((200, 200));
        Finals(wire, 491).Select(static one => one.CSeq.Method.Name).Should().BeEquivalentTo("UPDATE", "INVITE");
        var refused = Finals(wire, 491).ToDictionary(static one => one.CSeq.Method, static one => one.At);
        (Requests(wire, SipMethod.Invite)[^1].At - refused[SipMethod.Invite]).TotalSeconds.Should().BeInRange(0, 2.1);
        (Requests(wire, SipMethod.Update)[^1].At - refused[SipMethod.Update]).TotalSeconds.Should().BeInRange(2.1, 4.1);
    });

    [Fact, Trait("Section", "RFC 5407 3.3.2")]
    public void Rfc5407_3_3_2_UpdateWithoutAnOfferCrossesAReinvite_BothSucceedAtOnce() => Run(async (alice, bob, wire) =>
    {
        var fromAlice = alice.SendAsync(SipMethod.Update).FinalAsync();
        var fromBob = bob.SendInviteAsync(SipContent.Sdp(Scene.Answer)).FinalAsync();
        ((await fromAlice).StatusCode, (await fromBob).StatusCode).Should().Be((200, 200));
        Finals(wire, 491).Should().BeEmpty();
    });

    [Fact, Trait("Section", "RFC 5407 3.3.2")]
    public void Rfc5407_3_3_2_UpdatesWithoutOffersCross_BothSucceedAtOnce() => Run(async (alice, bob, wire) =>
    {
        var answers = await Task.WhenAll(alice.SendAsync(SipMethod.Update).FinalAsync(), bob.SendAsync(SipMethod.Update).FinalAsync());
        answers.Select(static answer => answer.StatusCode).Should().Equal(200, 200);
        Finals(wire, 491).Should().BeEmpty();
    });

    [Fact, Trait("Section", "RFC 5407 3.3.2")]
    public void Rfc5407_3_3_2_UpdatesWithOffersCross_BothGet491AndSucceedLater() => Run(async (alice, bob, wire) =>
    {
        var answers = await Task.WhenAll(alice.SendAsync(SipMethod.Update, Scene.Sdp).FinalAsync(), bob.SendAsync(SipMethod.Update, SipContent.Sdp(Scene.Answer)).FinalAsync());
        answers.Select(static answer => answer.StatusCode).Should().Equal(200, 200);
        Finals(wire, 491).Should().HaveCount(2);
    });

    private static List<WireEvent> Requests(WireLog wire, SipMethod method) => [.. wire.Events.Where(one => one is { IsSent: true, Message: SipRequest request } && request.Method == method)];

    private static List<WireEvent> Finals(WireLog wire, int status) => [.. wire.Events.Where(one => one is { IsSent: true, Message: SipResponse response } && response.StatusCode == status)];

    private static void Run(Func<SipInviteDialog, SipInviteDialog, WireLog, Task> test)
    {
        var world = new World();
        var wire = new WireLog(world.Simulation);
        wire.Watch(world.Network);
        world.Run(async () =>
        {
            await using var caller = await world.CreateClient(Alice).ConnectAsync();
            await using var callee = await world.CreateClient(Bob).ConnectAsync();
            var answering = AnswerAsync(callee);
            var alice = caller.CreateInviteDialog($"sip:bob@{Bob}");
            (await alice.SendInviteAsync(Scene.Sdp).FinalAsync()).StatusCode.Should().Be(200);
            var bob = await answering;
            await world.Pass(1);
            await test(alice, bob, wire);
            await world.Pass(1);
            (alice.IsConfirmed, bob.IsConfirmed).Should().Be((true, true));
        });
    }

    private static async Task<SipInviteDialog> AnswerAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync()) return await ((SipIncomingInvite)incoming).AcceptAsync(SipContent.Sdp(Scene.Answer));
        throw new InvalidOperationException("The connection was closed.");
    }
}
