using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Server;

public sealed class ProxyTests : ServerWorld
{
    private static readonly SipContent Offer = SipContent.Sdp("v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n");

    [Fact, Trait("Req", "D1"), Trait("Req", "D2")]
    public void Call_ToRegisteredUser_IsForwardedAndEndsWithBye() => RunRegistered(async (alice, bob) =>
    {
        var callee = AnswerAsync(bob);

        await using var dialog = alice.CreateInviteDialog(UriOf("bob"));
        var statuses = new List<int>();
        await foreach (var response in dialog.SendInviteAsync(Offer))
        {
            statuses.Add(response.StatusCode);
            if (response.IsSuccess) break;
        }

        statuses.Should().Equal(180, 200);
        await dialog.SendByeAsync();
        (await callee).Cause.Should().Be(SipDialogEnd.RemoteBye);
    });

    [Fact, Trait("Req", "D4"), Trait("Req", "D6")]
    public void Call_CancelledWhileRinging_CancelIsPassedOnAnd487ComesBack()
    {
        RunRegistered(async (alice, bob) =>
        {
            var cancelled = RingUntilCancelledAsync(bob);

            await using var dialog = alice.CreateInviteDialog(UriOf("bob"));
            var call = dialog.SendInviteAsync(Offer);
            var statuses = new List<int>();
            await foreach (var response in call)
            {
                statuses.Add(response.StatusCode);
                if (response.IsProvisional) await call.CancelAsync();
            }

            statuses.Should().Equal(180, 487);
            (await cancelled).Should().BeTrue();
        });
        Wire("CANCEL").Should().HaveCount(4, "a CANCEL and its 200 on each of the two hops");
    }

    [Fact, Trait("Req", "D1")]
    public void Call_Declined_ComesBackAsDeclined() => RunRegistered(async (alice, bob) =>
    {
        var declining = AnswerFirstAsync(bob, SipStatus.Decline);
        (await alice.CreateInviteDialog(UriOf("bob")).SendInviteAsync(Offer).FinalAsync()).StatusCode.Should().Be(603);
        await declining;
    });

    [Theory]
    [InlineData("bob", 480)]
    [InlineData("carol", 404)]
    public void Call_NobodyRegistered_IsRefused(string user, int status)
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            (await alice.CreateInviteDialog(UriOf(user)).SendInviteAsync(Offer).FinalAsync()).StatusCode.Should().Be(status);
        });
    }

    [Fact, Trait("Req", "B1"), Trait("Req", "B4")]
    public void Message_ToRegisteredUser_ArrivesAndIsAnswered() => RunRegistered(async (alice, bob) =>
    {
        var received = AnswerFirstAsync(bob, SipStatus.Accepted);
        (await alice.SendAsync(SipRequest.Message(UriOf("bob"), "hello")).FinalAsync()).StatusCode.Should().Be(202);
        (await received).Content!.GetText().Should().Be("hello");
    });

    [Fact]
    public void Message_TwoContacts_GoesToTheLatest()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var desk = await ConnectAsync("bob", "bob");
            await using var mobile = await ConnectAsync("bob", "bob");
            await using var first = await RegisterAsync(desk, "bob");
            await using var second = await RegisterAsync(mobile, "bob");
            var received = AnswerFirstAsync(mobile, SipStatus.Ok);
            (await alice.SendAsync(SipRequest.Message(UriOf("bob"), "hello")).FinalAsync()).StatusCode.Should().Be(200);
            await received;
        });
    }

    [Fact]
    public void Message_ServerIsOutboundProxy_IsForwardedWithoutItsRoute()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila", options => options.OutboundProxy = $"sip:{ServerAddress}");
            await using var bob = await ConnectAsync("bob", "bob");
            await using var registration = await RegisterAsync(bob, "bob");
            var received = AnswerFirstAsync(bob, SipStatus.Ok);
            (await alice.SendAsync(SipRequest.Message("sip:bob@example.com", "hello")).FinalAsync()).StatusCode.Should().Be(200);
            (await received).Headers.Contains("Route").Should().BeFalse();
        });
    }

    [Fact, Trait("Req", "F1")]
    public void Call_Authenticated_IsChallengedWith407AndPasses()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync(options => options.AuthenticateCalls = true);
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var dialog = alice.CreateInviteDialog(UriOf("echo"));
            (await dialog.SendInviteAsync(Offer).FinalAsync()).StatusCode.Should().Be(200);
            await dialog.SendByeAsync();
        });
        Wire("INVITE").Should().StartWith(["INVITE", "407 Proxy Authentication Required (INVITE)", "INVITE"]);
    }

    [Fact]
    public void Message_InAnotherOnesName_IsForbidden()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync(options => options.AuthenticateCalls = true);
            await using var alice = await ConnectAsync("alice", "ecila", options => options.From = $"<{UriOf("bob")}>");
            (await alice.SendAsync(SipRequest.Message(UriOf("echo"), "hello")).FinalAsync()).StatusCode.Should().Be(403);
        });
    }

    [Fact]
    public void Call_CalleeSilent_DoesNotHoldUpOthers() => RunRegistered(async (alice, bob) =>
    {
        var cancelled = RingUntilCancelledAsync(bob);
        await using var dialog = alice.CreateInviteDialog(UriOf("bob"));
        await using var ringing = dialog.SendInviteAsync(Offer).GetAsyncEnumerator();
        (await ringing.MoveNextAsync()).Should().BeTrue();

        (await alice.SendAsync(SipRequest.Options(SipUri.Create(ServerAddress))).FinalAsync()).StatusCode.Should().Be(200);
        await ringing.DisposeAsync();
        (await cancelled).Should().BeTrue();
    });

    /// <summary>A server, alice, and bob who is registered there.</summary>
    private void RunRegistered(Func<SipConnection, SipConnection, Task> test) => World.Run(async () =>
    {
        await using var server = await StartServerAsync();
        await using var alice = await ConnectAsync("alice", "ecila");
        await using var bob = await ConnectAsync("bob", "bob");
        await using var registration = await RegisterAsync(bob, "bob");
        await test(alice, bob);
    });

    private static async Task<SipRequest> AnswerFirstAsync(SipConnection connection, SipStatus status)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            await incoming.RespondAsync(status);
            return incoming.Request;
        }

        throw new InvalidOperationException("nothing arrived");
    }

    private static async Task<bool> RingUntilCancelledAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            await incoming.RespondAsync(SipStatus.Ringing);
            var gone = new TaskCompletionSource();
            await using var registered = incoming.Canceled.Register(gone.SetResult);
            await gone.Task;
            return incoming.Canceled.IsCancellationRequested;
        }

        throw new InvalidOperationException("nothing arrived");
    }

    private static async Task<SipDialogOutcome> AnswerAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            var invite = (SipIncomingInvite)incoming;
            await invite.RespondAsync(SipStatus.Ringing);
            var dialog = await invite.AcceptAsync(Offer);
            return await dialog.Completion;
        }

        throw new InvalidOperationException("nothing arrived");
    }
}
