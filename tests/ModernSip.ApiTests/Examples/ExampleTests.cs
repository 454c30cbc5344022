using System.Text.RegularExpressions;
using ModernSip.Testing;

namespace ModernSip.ApiTests.Examples;

/// <summary>The examples do what the README says they do: each is run as the program that a reader would run.</summary>
public sealed partial class ExampleTests
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task QuickStart_Run_ShowsTheWholeExchangeAndEndsWell()
    {
        var run = await RunExampleAsync("QuickStart");

        run.ExitCode.Should().Be(0, "the program said:\n{0}", run.Output);
        Arrow().Matches(run.Output).Select(static arrow => arrow.Groups["label"].Value).Should().ContainInOrder(
            "REGISTER", "401 Unauthorized (REGISTER)", "REGISTER", "200 OK (REGISTER)",
            "INVITE", "100 Trying (INVITE)", "180 Ringing (INVITE)", "200 OK (INVITE)", "ACK", "BYE", "200 OK (BYE)",
            "MESSAGE", "200 OK (MESSAGE)", "MESSAGE", "200 OK (MESSAGE)",
            "REGISTER", "200 OK (REGISTER)");
    }

    [Fact]
    public async Task PlaceACall_GivenAServer_RegistersCallsAndHangsUp()
    {
        await using var server = await SipTestServer.StartAsync(new SipTestServerOptions { Accounts = { ["alice"] = "secret" }, AuthenticateCalls = true });

        var run = await RunExampleAsync(
            "PlaceACall", "--to", server.UriOf("echo").ToString(), "--from", server.UriOf("alice").ToString(), "--user", "alice", "--password", "secret", "--register", "true", "--hold", "0", "--local", "127.0.0.1");

        run.ExitCode.Should().Be(0, "the program said:\n{0}", run.Output);
        run.Output.Should().ContainAll("registered", "180 Ringing", "200 OK", "ended by LocalBye");
    }

    [Fact]
    public async Task PlaceACall_PasswordWrong_SaysSoAndFails()
    {
        await using var server = await SipTestServer.StartAsync(new SipTestServerOptions { Accounts = { ["alice"] = "secret" }, AuthenticateCalls = true });

        var run = await RunExampleAsync("PlaceACall", "--to", server.UriOf("echo").ToString(), "--from", server.UriOf("alice").ToString(), "--user", "alice", "--password", "wrong", "--local", "127.0.0.1");

        run.ExitCode.Should().Be(1, "the program said:\n{0}", run.Output);
        run.Output.Should().Contain("407");
    }

    [Fact]
    public async Task SendAMessage_GivenAServer_TellsWhetherItWasDelivered()
    {
        await using var server = await SipTestServer.StartAsync();

        var delivered = await RunExampleAsync("SendAMessage", server.UriOf("echo").ToString(), "Hello");
        var refused = await RunExampleAsync("SendAMessage", server.UriOf("nobody").ToString(), "Hello");

        delivered.Output.Should().StartWith("delivered: 200 OK");
        refused.Output.Should().StartWith("refused: 404");
        (delivered.ExitCode, refused.ExitCode).Should().Be((0, 1));
    }

    [Fact]
    public async Task MonitorServers_OneIsUpAndOneIsNot_ShowsBoth()
    {
        await using var server = await SipTestServer.StartAsync();
        using var closed = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)); // bound, and never read: silent

        var run = await RunExampleAsync("MonitorServers", "1", $"sip:{server.LocalEndPoint}", $"sip:{closed.Client.LocalEndPoint}");

        run.ExitCode.Should().Be(1, "one of them never answered:\n{0}", run.Output);
        run.Output.Should().ContainAll("200 OK", "1 of 1", "silent", "0 of 1");
    }

    [Fact]
    public async Task TestYourApp_ItsTests_Pass()
    {
        var run = await ProgramRun.RunAsync("dotnet", ["vstest", ProgramOf("TestYourApp")], RunLimit);

        run.ExitCode.Should().Be(0, "they said:\n{0}", run.Output);
        run.Output.Should().MatchRegex(@"Passed:\s+2,");
    }

    private static string ProgramOf(string name) => Path.Combine(Repository.Root, "examples", name, "bin", Repository.Configuration, "net10.0", name + ".dll");

    private static Task<(int ExitCode, string Output)> RunExampleAsync(string name, params string[] arguments)
    {
        return ProgramRun.RunAsync("dotnet", [ProgramOf(name), .. arguments], RunLimit);
    }

    // A line of the ladder: "    0.353   |<- 401 Unauthorized (REGISTER) ---|".
    [GeneratedRegex(@"\|<?-+ (?<label>.+?) -+>?\|", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Arrow();
}
