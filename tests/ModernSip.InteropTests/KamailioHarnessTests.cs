using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>The generated Kamailio is the registrar and proxy it is meant to be: proved with other peers.</summary>
public sealed class KamailioHarnessTests(ITestOutputHelper output) : PeerTest(output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Register_RightPassword_IsSavedAfterOneChallenge(bool tcp)
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var phone = SippUac.Start(Bench, SippScenario.Own("uac-registers"), kamailio.Port, "alice", password: "wonderland", tcp: tcp);

        (await phone.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });

        await kamailio.WaitForLogAsync("saved alice", Deadline);
        kamailio.CountRequests("REGISTER").Should().Be(2);
        kamailio.CountRequestsWithCredentials("REGISTER").Should().Be(1);
    }

    [Fact]
    public async Task Register_WrongPassword_IsChallengedAgain()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var phone = SippUac.Start(Bench, SippScenario.Own("uac-is-forbidden"), kamailio.Port, "alice", password: "looking-glass");

        (await phone.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });

        await kamailio.WaitForLogAsync("request REGISTER", Deadline, 2);
        kamailio.CountRequestsWithCredentials("REGISTER").Should().Be(1);
    }

    [Theory]
    [InlineData("wonderland", 0)]
    [InlineData("looking-glass", 2)]
    public async Task Register_BySipsak_IsDecidedByThePassword(string password, int exitCode)
    {
        var kamailio = await KamailioServer.StartAsync(Bench);

        (await Sipsak.RegisterAsync(Bench, kamailio.Port, "alice", password)).Should().Be(exitCode);
    }

    [Fact]
    public async Task Register_ExpiryTooBrief_IsAnswered423()
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new() { MinExpires = 600 });
        var phone = SippUac.Start(Bench, SippScenario.Own("uac-registers"), kamailio.Port, "alice", password: "wonderland");

        (await phone.WaitForResultAsync(Deadline)).Failed.Should().Be(1);

        phone.ReceivedStartLines().Should().Contain("SIP/2.0 423 Interval Too Brief");
    }

    [Fact]
    public async Task Options_ToTheServerItself_IsAnswered()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);

        (await Sipsak.OptionsAsync(Bench, kamailio.Port)).Should().Be(0);
    }

    [Fact]
    public async Task Call_ToNobody_IsAnswered404()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var phone = SippUac.Start(Bench, SippScenario.Own("uac-calls"), kamailio.Port, "bob");

        (await phone.WaitForResultAsync(Deadline)).Failed.Should().Be(1);

        phone.ReceivedStartLines().Should().Contain("SIP/2.0 404 Not Found");
    }

    [Fact]
    public async Task Call_CallersAreChallenged_IsAnswered407()
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new()
        {
            ChallengesCalls = true,
            Accounts = new Dictionary<string, string>(StringComparer.Ordinal) { ["peer"] = "secret" },
        });
        var phone = SippUac.Start(Bench, SippScenario.Own("uac-calls"), kamailio.Port, "bob");

        (await phone.WaitForResultAsync(Deadline)).Failed.Should().Be(1);

        phone.ReceivedStartLines().Should().Contain("SIP/2.0 407 Proxy Authentication Required");
    }

    [Fact]
    public async Task Call_ToARegisteredPhone_IsProxiedAndRecordRouted()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));
        // The callee's own contact is registered for it by another process.
        var binder = SippUac.Start(
            Bench, SippScenario.Own("uac-registers-contact"), kamailio.Port, "bob", password: "builder", contact: callee.Uri);
        (await binder.WaitForResultAsync(Deadline)).Successful.Should().Be(1);

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), kamailio.Port, "bob");

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
        kamailio.CountRequests("BYE").Should().Be(1, "the proxy stays in the path");
    }
}
