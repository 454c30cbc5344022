using ModernSip.Sessions;
using ModernSip.Messages;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Server;

public sealed class EchoTests : ServerWorld
{
    private const string Description = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

    [Fact]
    public void Call_WithOffer_IsAnsweredWithItTurnedRound()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var dialog = alice.CreateInviteDialog(UriOf("echo"));
            var responses = new List<SipResponse>();
            await foreach (var response in dialog.SendInviteAsync(SipContent.Sdp(Description + "a=sendonly\r\n")))
            {
                responses.Add(response);
                if (response.IsSuccess) break;
            }

            responses.Select(response => response.StatusCode).Should().Equal(180, 200);
            responses[^1].Content!.GetText().Should().Be(Description + "a=recvonly\r\n");
            await dialog.SendByeAsync();
        });
    }

    [Fact]
    public void Call_WithoutOffer_GetsOne()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var dialog = alice.CreateInviteDialog(UriOf("echo"));
            await foreach (var response in dialog.SendInviteAsync())
            {
                if (!response.IsSuccess) continue;
                response.Content!.GetText().Should().Contain("m=audio");
                await dialog.SendAckAsync(response, SipContent.Sdp(Description));
                break;
            }

            await dialog.SendByeAsync();
        });
    }

    [Fact, Trait("Req", "D4"), Trait("Req", "D5")]
    public void Call_CancelledDuringThePause_Ends487AndTheServerLives()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync(options => options.EchoPause = TimeSpan.FromSeconds(10));
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var dialog = alice.CreateInviteDialog(UriOf("echo"));
            var call = dialog.SendInviteAsync(SipContent.Sdp(Description));
            var statuses = new List<int>();
            await foreach (var response in call)
            {
                statuses.Add(response.StatusCode);
                if (response.StatusCode == 180) await call.CancelAsync();
            }

            statuses.Should().Equal(100, 180, 487);
            (await alice.SendAsync(SipRequest.Options(UriOf("echo"))).FinalAsync()).StatusCode.Should().Be(200);
        });
    }

    [Fact]
    public void Dispose_CallUp_HangsUp()
    {
        World.Run(async () =>
        {
            var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var dialog = alice.CreateInviteDialog(UriOf("echo"));
            (await dialog.SendInviteAsync(SipContent.Sdp(Description)).FinalAsync()).IsSuccess.Should().BeTrue();
            await foreach (var one in server.EventsAsync())
            {
                if (one.Kind == SipTestServerEventKind.Answered) break; // the ACK has come
            }

            await server.DisposeAsync();
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        });
    }

    [Fact]
    public void Message_SenderRegistered_ComesBack()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var registration = await RegisterAsync(alice, "alice");
            var incoming = alice.IncomingAsync();
            (await registration.SendAsync(SipRequest.Message(UriOf("echo"), "hello")).FinalAsync()).StatusCode.Should().Be(200);
            await foreach (var message in incoming)
            {
                message.Request.Content!.GetText().Should().Be("hello");
                message.Request.Headers.From!.Uri.Should().Be(UriOf("echo"));
                await message.RespondAsync(SipStatus.Ok);
                break;
            }
        });
    }

    [Fact]
    public void Message_SenderUnknown_IsOnlyAnswered()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            (await alice.SendAsync(SipRequest.Message(UriOf("echo"), "hello")).FinalAsync()).StatusCode.Should().Be(200);
        });
        Wire("MESSAGE").Should().HaveCount(2);
    }

    [Theory]
    [InlineData("OPTIONS", 200)]
    [InlineData("INFO", 405)]
    public void Request_Other_IsAnsweredAsItDeserves(string method, int status)
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            (await alice.SendAsync(new SipRequest(new SipMethod(method), UriOf("echo"))).FinalAsync()).StatusCode.Should().Be(status);
        });
    }

    [Fact]
    public void Call_RequiresExtension_IsRefused()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            var dialog = alice.CreateInviteDialog(UriOf("echo"));
            dialog.InitialRequest.Headers["Require"] = "100rel";
            (await dialog.SendInviteAsync(SipContent.Sdp(Description)).FinalAsync()).StatusCode.Should().Be(420);
        });
    }
}
