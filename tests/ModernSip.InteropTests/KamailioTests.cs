using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Our user agents with Kamailio as their registrar and proxy.</summary>
[Trait("Needs", "sip")]
public sealed class KamailioTests(ITestOutputHelper output) : PeerTest(output)
{
    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Register_Kept_IsActiveRefreshedAndTakenBack(string transport)
    {
        // The shortest grant that is believed (30 s) makes a refresh due within the time it is kept.
        var kamailio = await KamailioServer.StartAsync(Bench, new() { MaxExpires = 30 });

        var register = SipCommand.Start(Bench, "register", kamailio.AddressOfRecord("alice"), "--registrar", kamailio.Uri,
            "--transport", transport, "--expires", "60", "--user", "alice", "--password", "wonderland", "--keep", "31");

        var active = await register.WaitForAsync("registration", "state", "active", Deadline);
        active.Number("expires").Should().Be(30);
        await register.WaitForAsync("registration", "state", "refreshed", Deadline);
        await register.WaitForAsync("registration", "state", "inactive", Deadline);
        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        await kamailio.WaitForLogAsync("saved alice expires=0", Deadline);
        var states = register.Events.Entries.Where(said => said.Name == "registration").Select(said => said.Text("state")).ToArray();
        states[0].Should().Be("active");
        states[^1].Should().Be("inactive");
        states[1..^1].Should().OnlyContain(state => state == "refreshed").And.NotBeEmpty();
    }

    [Fact]
    public async Task Register_Interrupted_UnregistersAndExitsWithZero()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var register = SipCommand.Start(Bench, "register", kamailio.AddressOfRecord("alice"), "--registrar", kamailio.Uri,
            "--user", "alice", "--password", "wonderland", "--keep", "40");
        await register.WaitForAsync("registration", "state", "active", Deadline);

        register.Terminate();

        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        await kamailio.WaitForLogAsync("saved alice expires=0", Deadline);
    }

    [Fact]
    public async Task Register_WrongPassword_IsForbiddenAfterAtMostTwoAttempts()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);

        var register = SipCommand.Start(Bench, "register", kamailio.AddressOfRecord("alice"), "--registrar", kamailio.Uri,
            "--user", "alice", "--password", "looking-glass", "--keep", "5");

        (await register.WaitForExitAsync(Deadline)).Should().Be(1);
        var error = await register.WaitForAsync("error", "type", "SipForbiddenException", Deadline);
        error.Text("message").Should().NotContain("looking-glass");
        await kamailio.WaitForLogAsync("request REGISTER", Deadline, 2);
        kamailio.CountRequestsWithCredentials("REGISTER").Should().BeInRange(1, 2);
        register.Events.Entries.Should().NotContain(said => said.Name == "registration" && said.Text("state") == "active");
    }

    [Fact]
    public async Task Register_ExpiryTooBrief_IsRepeatedWithTheMinimum()
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new() { MinExpires = 600 });

        var register = SipCommand.Start(Bench, "register", kamailio.AddressOfRecord("alice"), "--registrar", kamailio.Uri,
            "--expires", "30", "--user", "alice", "--password", "wonderland", "--no-unregister");

        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        (await register.WaitForAsync("registration", "state", "active", Deadline)).Number("expires").Should().BeGreaterThanOrEqualTo(600);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ThroughTheProxy_ReachesTheRegisteredCallee(bool callersAreChallenged)
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new() { ChallengesCalls = callersAreChallenged });
        var answer = await AnswerAsBobAsync(kamailio);

        var call = SipCommand.Start(Bench, "call", kamailio.AddressOfRecord("bob"), "--proxy", kamailio.RouteUri,
            "--from", kamailio.AddressOfRecord("alice"), "--user", "alice", "--password", "wonderland", "--hold", "1");

        (await call.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("local-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await answer.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("remote-bye");
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
        kamailio.CountRequests("BYE").Should().Be(1, "the record route keeps the proxy in the path");
        await kamailio.WaitForLogAsync("saved bob expires=0", Deadline);
    }

    [Fact]
    public async Task Message_ThroughTheProxy_ReachesTheListener()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var port = Loopback.ReservePorts();
        var listen = await SipCommand.StartListeningAsync(Bench, port, "listen", "--count", "1");
        var register = SipCommand.Start(Bench, "register", kamailio.AddressOfRecord("bob"), "--registrar", kamailio.Uri,
            "--contact", $"sip:bob@127.0.0.1:{port}", "--user", "bob", "--password", "builder", "--no-unregister");
        (await register.WaitForExitAsync(Deadline)).Should().Be(0);

        var message = SipCommand.Start(Bench, "message", kamailio.AddressOfRecord("bob"), "--proxy", kamailio.RouteUri,
            "--from", kamailio.AddressOfRecord("alice"), "--text", "hello through the proxy");

        (await message.WaitForExitAsync(Deadline)).Should().Be(0);
        var request = await listen.WaitForAsync("request", "method", "MESSAGE", Deadline);
        request.Text("body").Should().Be("hello through the proxy");
        request.Text("from").Should().Contain("alice");
        (await listen.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Call_NobodyRegistered_ExitsWithOne()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);

        var call = SipCommand.Start(Bench, "call", kamailio.AddressOfRecord("bob"), "--proxy", kamailio.RouteUri);

        await call.WaitForResponseAsync(404, Deadline);
        (await call.WaitForExitAsync(Deadline)).Should().Be(1);
    }

    [Fact]
    public async Task Options_ToTheServer_ExitsWithZero()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);

        var ping = SipCommand.Start(Bench, "options", kamailio.Uri);

        await ping.WaitForResponseAsync(200, Deadline);
        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    private async Task<SipCommand> AnswerAsBobAsync(KamailioServer kamailio)
    {
        var answer = SipCommand.Start(Bench, "answer", "--register", kamailio.Uri, "--from", kamailio.AddressOfRecord("bob"),
            "--user", "bob", "--password", "builder", "--count", "1");
        await answer.WaitForAsync("registration", "state", "active", Deadline);
        return answer;
    }
}
