using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Many calls of the command: what it tells about them at the end, and what people see.</summary>
[Trait("Needs", "sip")]
public sealed class CliLoadTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Call_ManyAnswered_TellsTheRateReachedAndHowLongTheyTook()
    {
        var server = SipCommand.Start(Bench, "serve");
        var at = (await server.WaitForAsync("connection", "state", "Active", Deadline)).Text("local");

        var calls = SipCommand.Start(Bench, "call", $"sip:echo@{at}", "--hold", "0", "--count", "60", "--rate", "60", "--concurrent", "50");

        (await calls.WaitForExitAsync(Deadline)).Should().Be(0);
        var summary = calls.Events.Entries[^1].Root;
        summary.GetProperty("succeeded").GetInt32().Should().Be(60);
        summary.GetProperty("rate").GetDouble().Should().BeInRange(1, 61, "no more than was asked for");
        var setup = summary.GetProperty("setupMilliseconds");
        double[] ranks = [.. new[] { "p50", "p90", "p99", "max" }.Select(rank => setup.GetProperty(rank).GetDouble())];
        ranks.Should().BeInAscendingOrder().And.OnlyContain(static time => time > 0);
        summary.TryGetProperty("failures", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Call_ManyRefused_CountsThemByReason()
    {
        var server = SipCommand.Start(Bench, "serve");
        var at = (await server.WaitForAsync("connection", "state", "Active", Deadline)).Text("local");

        var calls = SipCommand.Start(Bench, "call", $"sip:nobody@{at}", "--count", "5", "--rate", "50");

        (await calls.WaitForExitAsync(Deadline)).Should().Be(1);
        var failures = calls.Events.Entries[^1].Root.GetProperty("failures");
        failures.EnumerateObject().Should().ContainSingle().Which.Should().Match<System.Text.Json.JsonProperty>(static reason => reason.Name == "404 Not Found" && reason.Value.GetInt32() == 5);
    }

    [Fact]
    public async Task Call_ForPeople_DrawsALadder()
    {
        var server = SipCommand.Start(Bench, "serve");
        var at = (await server.WaitForAsync("connection", "state", "Active", Deadline)).Text("local");

        var call = StartForPeople("call", $"sip:echo@{at}", "--hold", "0", "--local", "127.0.0.1");

        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        call.StandardOutput.Entries.Select(static line => line.Split("  ", 2)[^1]).Should().ContainInOrder(
            "│───────────────── INVITE ────────────────▶│",
            "│◀─────────── 200 OK (INVITE) ─────────────│",
            "│────────────────── ACK ──────────────────▶│",
            "│────────────────── BYE ──────────────────▶│",
            "│◀───────────── 200 OK (BYE) ──────────────│");
    }

    [Fact]
    public async Task Answer_ForPeopleUpToANumber_DrawsTheLadderOfEachCall()
    {
        var port = Loopback.ReservePorts();
        var answer = StartForPeople("answer", "--count", "2", "--local", $"127.0.0.1:{port}");
        await answer.StandardOutput.WaitForAsync("ready", static line => line.Contains("ready", StringComparison.Ordinal), Deadline);

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), port, calls: 2);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 2, Failed = 0 });
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
        answer.StandardOutput.Entries.Count(static line => line.Contains(" INVITE ", StringComparison.Ordinal)).Should().Be(2);
        answer.StandardOutput.Entries.Count(static line => line.Contains(" 200 OK (BYE) ", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public async Task Listen_ForPeopleAndAMessageHasControlCharacters_TheTerminalIsNotSteered()
    {
        var port = Loopback.ReservePorts();
        var listen = StartForPeople("listen", "--count", "1", "--local", $"127.0.0.1:{port}");
        await listen.StandardOutput.WaitForAsync("ready", static line => line.Contains("ready", StringComparison.Ordinal), Deadline);

        var message = SipCommand.Start(Bench, "message", $"sip:people@127.0.0.1:{port}", "--text", "red: \e[31m");

        (await message.WaitForExitAsync(Deadline)).Should().Be(0);
        (await listen.WaitForExitAsync(Deadline)).Should().Be(0);
        listen.StandardOutput.Entries.Should().Contain(static line => line.EndsWith("red: ?[31m", StringComparison.Ordinal)).And.NotContain(static line => line.Contains('\e'));
    }

    [Fact]
    public async Task Call_ManyAndTheRegistrationIsRefused_TellsPeopleWhy()
    {
        var server = SipCommand.Start(Bench, "serve", "--account", "alice:secret");
        var at = (await server.WaitForAsync("connection", "state", "Active", Deadline)).Text("local");

        var call = StartForPeople("call", $"sip:echo@{at}", "--count", "5", "--register", $"sip:{at}", "--from", $"sip:alice@{at}", "--user", "alice", "--password", "wrong", "--local", "127.0.0.1");

        (await call.WaitForExitAsync(Deadline)).Should().Be(1);
        call.StandardOutput.Entries.Should().ContainSingle(static line => line.Contains("401", StringComparison.Ordinal));
    }

    private PeerProcess StartForPeople(params string[] arguments)
    {
        var folder = Path.GetDirectoryName(typeof(CliLoadTests).Assembly.Location)!.Replace("/tests/ModernSip.InteropTests/", "/src/ModernSip.Cli/", StringComparison.Ordinal);
        return Bench.Start("sip", "dotnet", [Path.Combine(folder, "sip.dll"), .. arguments]);
    }
}
