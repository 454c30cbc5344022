using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Subscriptions and publications: through Kamailio's presence server, and between two of the command.</summary>
[Trait("Needs", "sip")]
public sealed class EventTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact, Trait("Req", "E1"), Trait("Req", "E5")]
    public async Task Presence_PublishedByOne_ReachesTheOtherUntilItIsRemoved()
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new() { PresenceFolder = PresenceTables.Create(Bench) });
        var subscribe = SipCommand.Start(Bench, "subscribe", kamailio.AddressOfRecord("alice"), "--event", "presence", "--accept", "application/pidf+xml");
        await subscribe.WaitForAsync("subscription", "state", "active", Deadline);
        var file = Bench.NewFile("state.xml");
        await File.WriteAllTextAsync(
            file,
            $"""<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="{kamailio.AddressOfRecord("alice")}"><tuple id="t1"><status><basic>open</basic></status></tuple></presence>""",
            Deadline);

        var publish = SipCommand.Start(Bench, "publish", kamailio.AddressOfRecord("alice"), "--body", file, "--keep", "1");

        (await publish.WaitForExitAsync(Deadline)).Should().Be(0);
        var open = await subscribe.Events.WaitForAsync("open", static said => said.Name == "notify" && said.Text("body")?.Contains(">open<", StringComparison.Ordinal) == true, Deadline);
        await subscribe.Events.WaitForAsync("gone", said => said.Name == "notify" && said.At > open.At, Deadline);
        subscribe.Interrupt();
        (await subscribe.WaitForExitAsync(Deadline)).Should().Be(0);
        (await subscribe.WaitForAsync("subscription", "state", "terminated", Deadline)).Text("reason").Should().Be("timeout");
        open.Text("contentType").Should().Be("application/pidf+xml");
    }

    [Fact, Trait("Req", "E4")]
    public async Task Listen_WithAnEvent_TellsTheSubscriber()
    {
        var file = Bench.NewFile("summary");
        await File.WriteAllTextAsync(file, "Messages-Waiting: yes\r\n", Deadline);
        var listen = SipCommand.Start(Bench, "listen", "--event", "message-summary", "--notify", file, "--content-type", "application/simple-message-summary");
        var ready = await listen.WaitForAsync("connection", "state", "Active", Deadline);

        var subscribe = SipCommand.Start(Bench, "subscribe", $"sip:box@{ready.Text("local")}", "--event", "message-summary", "--keep", "1");

        (await subscribe.WaitForExitAsync(Deadline)).Should().Be(0);
        var notify = await subscribe.WaitForAsync("notify", "state", "active", Deadline);
        (notify.Text("package"), notify.Text("body")).Should().Be(("message-summary", "Messages-Waiting: yes\r\n"));
        (await listen.WaitForAsync("request", "method", "SUBSCRIBE", Deadline)).Text("uri").Should().StartWith("sip:box@");
        listen.Interrupt();
        (await listen.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact, Trait("Req", "E1")]
    public async Task Subscribe_ToAPackageThatIsNotThere_ExitsWithOne()
    {
        var listen = SipCommand.Start(Bench, "listen", "--status", "489");
        var ready = await listen.WaitForAsync("connection", "state", "Active", Deadline);

        var subscribe = SipCommand.Start(Bench, "subscribe", $"sip:box@{ready.Text("local")}", "--event", "nothing");

        (await subscribe.WaitForExitAsync(Deadline)).Should().Be(1);
        (await subscribe.WaitForAsync("error", "type", "SipResponseException", Deadline)).Number("status").Should().Be(489);
    }
}
