using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Failover;
using ModernSip.ScenarioTests.Peers;
using ModernSip.ScenarioTests.Server;

namespace ModernSip.ScenarioTests.Diagnostics;

/// <summary>A ladder tells what a call did: which targets, which challenges, what was sent again, why it ended.</summary>
public sealed class ExplainTests : ServerWorld
{
    [Fact]
    public void Explain_FirstServerOf2Fails_TellsWhereTheNameLedAndWhyTheNextWasTried()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => request.Method == SipMethod.Ack ? null : AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            await world.AddServerAsync(static request => request.Method == SipMethod.Ack ? null : AnsweringPeer.Respond(request, SipStatus.BusyHere));
            await using var connection = await world.ConnectAsync(null, static stack => stack.KeptLadders = 5);
            await using var dialog = connection.CreateInviteDialog("sip:bob@s.test");
            (await dialog.SendInviteAsync().FinalAsync()).StatusCode.Should().Be(486);

            Labels(dialog.Explain()).Should().Equal(
                "(s.test leads to 10.0.0.11:5060 over UDP)", "INVITE", "503 Service Unavailable (INVITE)", "ACK",
                "(INVITE failed at 10.0.0.11:5060: 503 Service Unavailable; the next target is tried)",
                "(s.test leads to 10.0.0.12:5060 over UDP)", "INVITE", "486 Busy Here (INVITE)", "ACK",
                "(ended by the peer: Rejected, 486 Busy Here)");
            dialog.Explain().Columns.Should().Equal(SipLadder.ThisSide, "10.0.0.11:5060 UDP", "10.0.0.12:5060 UDP");
        });
    }

    [Fact]
    public void Explain_ServerChallengesAndAnswerIsLost_ShowsTheChallengeAndWhatWentOutAgain() => World.Run(async () =>
    {
        await using var server = await StartServerAsync(static options => options.AuthenticateCalls = true);
        await using var connection = await ConnectExplainedAsync(5);
        await using var dialog = connection.CreateInviteDialog(UriOf("echo"));
        var conditions = World.Network.Conditions;
        World.Network.Conditions = conditions with { Loss = 1 };
        var calling = dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
        await World.Pass(0.2);
        World.Network.Conditions = conditions;
        (await calling).StatusCode.Should().Be(200);
        await dialog.SendByeAsync();

        var ladder = dialog.Explain();
        ladder.CallId.Should().Be(dialog.CallId);
        ladder.Rows.Where(static row => row.Label == "INVITE").Select(static row => row.Note).Should().Equal(null, "again (2)", null);
        Labels(ladder).Should().ContainInOrder("407 Proxy Authentication Required (INVITE)", "(challenge of modernsip.test: met with the credentials at hand)", "200 OK (INVITE)", "BYE", "200 OK (BYE)", "(ended by this side: LocalBye)");
    });

    [Fact]
    public void Explain_NotAskedFor_IsEmpty() => World.Run(async () =>
    {
        await using var server = await StartServerAsync();
        await using var connection = await ConnectAsync("alice", "ecila");
        await using var dialog = connection.CreateInviteDialog(UriOf("echo"));
        await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
        dialog.Explain().Rows.Should().BeEmpty();
        World.Stacks[^1].GetRequiredService<SipDiagnostics>().Ladders.Should().BeEmpty();
    });

    [Fact]
    public void Ladders_MoreCallsThanAreKept_KeepsTheLast() => World.Run(async () =>
    {
        await using var server = await StartServerAsync();
        await using var connection = await ConnectExplainedAsync(2);
        var diagnostics = World.Stacks[^1].GetRequiredService<SipDiagnostics>();
        var callIds = new List<string>();
        for (var i = 0; i < 4; i++) callIds.Add((await connection.SendAsync(SipRequest.Options(UriOf("echo"))).FinalAsync()).Headers.CallId!);

        diagnostics.Ladders.Select(static ladder => ladder.CallId).Should().Equal(callIds[2..]);
        diagnostics.FindLadder(callIds[0]).Should().BeNull();
        Labels(diagnostics.FindLadder(callIds[3])!).Should().Equal("OPTIONS", "200 OK (OPTIONS)");
    });

    [Fact]
    public void Explain_CallOfManyMessages_IsBounded() => World.Run(async () =>
    {
        await using var server = await StartServerAsync();
        await using var connection = await ConnectExplainedAsync(1);
        await using var dialog = connection.CreateInviteDialog(UriOf("echo"));
        await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
        for (var i = 0; i < 200; i++) await dialog.SendAsync(SipMethod.Options).FinalAsync();

        dialog.Explain().Rows.Should().HaveCount(201);
        dialog.Explain().Rows[^1].Label.Should().StartWith("and ").And.EndWith(" more that were not kept");
    });

    [Fact]
    public void Explain_RegistrationThatIsUp_ShowsItsChallenge() => World.Run(async () =>
    {
        await using var server = await StartServerAsync();
        await using var connection = await ConnectExplainedAsync(5);
        await using var registration = await RegisterAsync(connection, "alice");
        Labels(registration.Explain()).Should().Equal(
            "REGISTER", "401 Unauthorized (REGISTER)", "(challenge of modernsip.test: met with the credentials at hand)", "REGISTER", "200 OK (REGISTER)");
    });

    private static IEnumerable<string> Labels(SipLadder ladder) => ladder.Rows.Select(static row => row.IsNote ? $"({row.Label})" : row.Label);

    private Task<SipConnection> ConnectExplainedAsync(int kept) => World.CreateClient(
        "10.0.0.1",
        static options =>
        {
            options.From = $"<{UriOf("alice")}>";
            options.Credentials.Add(new SipCredentials("alice", "ecila"));
        },
        services => services.ConfigureSipStack(options => options.KeptLadders = kept)).ConnectAsync();
}
