using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>A real interface that goes down and loses its address, in a network namespace of the test's own.</summary>
[Trait("Needs", "root")]
public sealed class NetworkTransportTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact, Trait("Req", "A2"), Trait("Req", "A4"), Trait("Req", "A7")]
    public async Task Listen_InterfaceGoesAndComesBack_FollowsItToItsNewAddress()
    {
        var network = await NetworkNamespace.CreateAsync(Bench);
        var listen = SipCommand.StartInside(Bench, network.Here, "listen", "--local", "eth0:5060", "--json");
        (await StateAsync(listen, "Active", 1)).Text("local").Should().Be("10.77.0.1:5060");

        await network.IpAsync("link", "set", "eth0", "down");
        (await StateAsync(listen, "Inactive", 1)).Text("error").Should().Contain("eth0");
        await network.IpAsync("link", "set", "eth0", "up");
        await StateAsync(listen, "Active", 2);

        await network.IpAsync("address", "delete", "10.77.0.1/24", "dev", "eth0");
        (await StateAsync(listen, "Inactive", 2)).Text("error").Should().Contain("10.77.0.1 is gone");
        await network.IpAsync("address", "add", "10.77.0.9/24", "dev", "eth0");
        (await StateAsync(listen, "Active", 3)).Text("local").Should().Be("10.77.0.9:5060");

        var options = SipCommand.StartInside(Bench, network.There, "options", "sip:10.77.0.9", "--timeout", "20", "--json");
        (await options.WaitForExitAsync(Deadline)).Should().Be(0, "it is reached at its new address");
        listen.Interrupt();
        (await listen.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact, Trait("Req", "A6")]
    public async Task Register_InterfaceGoesDown_EndsWithOneErrorOfTheConnection()
    {
        var network = await NetworkNamespace.CreateAsync(Bench);
        var server = SipCommand.StartInside(Bench, network.There, "serve", "--local", "10.77.0.2:5060", "--account", "alice:secret", "--json");
        await StateAsync(server, "Active", 1);
        var register = SipCommand.StartInside(Bench, network.Here, "register", "sip:alice@10.77.0.2", "--user", "alice", "--password", "secret", "--keep", "40", "--json");
        await register.WaitForAsync("registration", "state", "active", Deadline);

        await network.IpAsync("link", "set", "eth0", "down");
        (await register.WaitForExitAsync(Deadline)).Should().Be(1);
        register.Events.Entries.Where(static said => said.Name == "error").Should().ContainSingle().Which.Text("type").Should().Be("SipConnectionClosedException");
        register.Events.Entries.Where(static said => said.Name == "connection").Select(static said => said.Text("state")).Should().StartWith(["Active", "Inactive"]);
        server.Interrupt();
        (await server.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact, Trait("Req", "A4"), Trait("Req", "A6"), Trait("Req", "C9")]
    public async Task Objects_LinkAndAddressGoAndComeBack_EndWithOneErrorEachAndRegistrationsAreMadeAndRefreshedAgain()
    {
        var network = await NetworkNamespace.CreateAsync(Bench);
        var server = SipCommand.StartInside(Bench, network.There, "serve", "--local", "10.77.0.2:5060", "--account", "alice:secret", "--account", "bob:secret", "--json");
        await StateAsync(server, "Active", 1);
        var program = StartKeptObjects(network.Here, "10.77.0.2");
        await SaysAsync("profile StateChanged Registered", 1);
        await SaysAsync("call answered 200", 1);

        await network.IpAsync("link", "set", "eth0", "down");
        await SaysAsync("connection Inactive", 1);
        await SaysAsync("ended call SipConnectionClosedException", 1);
        await network.IpAsync("link", "set", "eth0", "up");
        await SaysAsync("registration refreshed 10.77.0.1", 2);
        await SaysAsync("profile StateChanged Registered", 2);
        await SaysAsync("call answered 200", 2);

        await network.IpAsync("address", "delete", "10.77.0.1/24", "dev", "eth0");
        await SaysAsync("connection Inactive", 2);
        await network.IpAsync("address", "add", "10.77.0.9/24", "dev", "eth0");
        await SaysAsync("registration refreshed 10.77.0.9", 1);
        await SaysAsync("profile StateChanged Registered", 3);
        await SaysAsync("call answered 200", 3);

        program.Send(PeerSignal.Interrupt);
        (await program.WaitForExitAsync(Deadline)).Should().Be(0);
        var lines = program.StandardOutput.Entries;
        lines.Where(static line => line.StartsWith("connection ", StringComparison.Ordinal)).Take(4).Should().Equal("connection Inactive", "connection Active", "connection Inactive", "connection Active");
        foreach (var what in new[] { "registration", "requests" })
        {
            lines.Count(line => line == $"ended {what} SipConnectionClosedException SipTransportException").Should().Be(2, "each object is told once each time, with the connection's error");
        }

        lines.Count(static line => line == "ended call SipConnectionClosedException").Should().Be(2);
        server.Interrupt();
        (await server.WaitForExitAsync(Deadline)).Should().Be(0);

        Task SaysAsync(string said, int count) => program.StandardOutput.WaitForAsync(said, line => line == said, Deadline, count);
    }

    private PeerProcess StartKeptObjects(string network, string server)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "KeptObjects", "bin", folder.Parent!.Name, "net10.0", "KeptObjects.dll");
        return Bench.Start("KeptObjects", "ip", "netns", "exec", network, "dotnet", program, server);
    }

    private Task<SipEvent> StateAsync(SipCommand command, string state, int count) => command.WaitForAsync("connection", "state", state, Deadline, count);
}
