using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Our client against SIPp's servers.</summary>
[Trait("Needs", "sip")]
public sealed class SippAsServerTests(ITestOutputHelper output) : PeerTest(output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_CalleeAnswers_HangsUpAfterTheHold(bool tcp)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"), tcp: tcp);

        var call = SipCommand.Start(Bench, "call", tcp ? callee.TcpUri : callee.Uri, "--hold", "1");

        await call.WaitForResponseAsync(180, Deadline);
        await call.WaitForResponseAsync(200, Deadline);
        var ended = await call.WaitForAsync("dialog", "state", "terminated", Deadline);
        ended.Text("cause").Should().Be("local-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        callee.ReceivedStartLines().Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Should().Equal("INVITE", "ACK", "BYE");
    }

    [Fact]
    public async Task Call_CalleeHangsUp_EndsWithRemoteBye()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-hangs-up"));

        var call = SipCommand.Start(Bench, "call", callee.Uri);

        var ended = await call.WaitForAsync("dialog", "state", "terminated", Deadline);
        ended.Text("cause").Should().Be("remote-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
    }

    [Fact]
    public async Task Call_CalleeIsBusy_AcksAndExitsWithOne()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-rejects-busy"));

        var call = SipCommand.Start(Bench, "call", callee.Uri);

        await call.WaitForResponseAsync(486, Deadline);
        (await call.WaitForExitAsync(Deadline)).Should().Be(1);
        call.Events.Entries[^1].Should().Match<SipEvent>(last => last.Name == "summary" && last.Flag("ok") == false);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
    }

    [Fact]
    public async Task Register_RegistrarChallengesWithMd5_IsRegisteredWithTheExpiryGranted()
    {
        var registrar = await SippUas.StartAsync(Bench, SippScenario.Own("uas-challenges-register"));

        var register = SipCommand.Start(Bench, "register", $"sip:alice@127.0.0.1:{registrar.Port}", "--registrar", $"sip:127.0.0.1:{registrar.Port}",
            "--expires", "3600", "--user", "alice", "--password", "wonderland", "--no-unregister");

        var active = await register.WaitForAsync("registration", "state", "active", Deadline);
        active.Number("expires").Should().Be(60);
        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        (await registrar.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        register.StandardError.Should().NotContain("wonderland");
    }

    [Fact]
    public async Task Message_CalleeAccepts_ExitsWithZero()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-message"));

        var message = SipCommand.Start(Bench, "message", callee.Uri, "--text", "hello");

        await message.WaitForResponseAsync(200, Deadline);
        (await message.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
    }

    [Fact]
    public async Task Options_CalleeAnswers_ExitsWithZero()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"));

        var ping = SipCommand.Start(Bench, "options", callee.Uri);

        await ping.WaitForResponseAsync(200, Deadline);
        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
    }
}
