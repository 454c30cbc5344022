using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Sessions;
using ModernSip.Transport;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>RFC 3263 §4.3: when the server that a name led to fails, the next one is asked.</summary>
public sealed class FailoverTests
{
    private static SipResponse Ok(SipRequest request) => AnsweringPeer.Respond(request, SipStatus.Ok);

    [Fact, Trait("Req", "B2")]
    public void Send_FirstTargetSilent_TheSecondAnswersAfter64T1()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var dead = await world.AddServerAsync(static _ => null);
            var alive = await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(200);
            world.World.Now.Should().BeCloseTo(TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(1));

            // The same request in a new transaction: RFC 3263 §4.3.
            var (first, second) = (dead!.Requests.Single(), alive!.Requests.Single());
            second.Headers.CallId.Should().Be(first.Headers.CallId);
            second.Headers.CSeq.Should().Be(first.Headers.CSeq);
            second.Headers["From"].Should().Be(first.Headers["From"]);
            second.RequestUri.Should().Be(first.RequestUri);
            second.Headers.Via!.Branch.Should().NotBe(first.Headers.Via!.Branch);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_FirstTargetAnswers503_TheSecondIsAskedAtOnceAndTheApplicationSeesItsAnswerOnly()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            var statuses = new List<int>();
            await foreach (var response in connection.SendAsync(SipRequest.Options("sip:s.test"))) statuses.Add(response.StatusCode);
            statuses.Should().Equal(200);
            world.World.Now.Should().BeLessThan(TimeSpan.FromSeconds(1));
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_ConnectionRefused_TheSecondIsAskedAtOnce()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(null, "_sip._tcp.s.test");
            var alive = await world.AddServerAsync(Ok, "_sip._tcp.s.test");
            await using var connection = await world.ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:s.test;transport=tcp")).FinalAsync()).StatusCode.Should().Be(200);
            alive!.Requests.Single().Headers.Via!.Transport.Should().Be("TCP");
            world.World.Now.Should().BeLessThan(TimeSpan.FromSeconds(1));
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_ConnectionBreaksWhileWaiting_TheSecondIsAsked()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var breaking = await world.AddServerAsync(static _ => null, "_sip._tcp.s.test");
            await world.AddServerAsync(Ok, "_sip._tcp.s.test");
            await using var connection = await world.ConnectAsync();
            var final = connection.SendAsync(SipRequest.Options("sip:s.test;transport=tcp")).FinalAsync();
            await world.World.Pass(1);
            breaking!.LastFlow!.Close();
            (await final).StatusCode.Should().Be(200);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_AllTargetsFail_TheLastFailureIsTold()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            await world.AddServerAsync(static _ => null);
            await using var connection = await world.ConnectAsync();
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).Should().ThrowAsync<SipTimeoutException>();

            world.Servers[1].Answer = static request => [AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable, ("Retry-After", "5"))];
            var final = await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            final.StatusCode.Should().Be(503, "a response is a response");
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_OtherFailures_AreFinal()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServerInternalError));
            var second = await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(500);
            second!.Arrivals.Should().Be(0);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_TimeOutAfterAProvisional_IsFinal()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.Trying));
            var second = await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
            second!.Arrivals.Should().Be(0, "the first has taken it up (RFC 3263 §4.3)");
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_AfterAFailure_TheFailedTargetComesLastForAWhile()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var failing = await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            var other = await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync(stack: static options => options.FailedTargetPause = TimeSpan.FromSeconds(20));
            await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            (failing!.Requests.Count, other!.Requests.Count).Should().Be((1, 2));

            failing.Answer = static request => [Ok(request)];
            await world.World.Pass(20);
            await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            (failing.Requests.Count, other.Requests.Count).Should().Be((2, 2), "its time is over, and its priority is better");
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_503WithRetryAfter_TheTargetIsLeftAloneThatLong()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var busy = await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable, ("Retry-After", "300")));
            await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            await world.World.Pass(299);
            await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            busy!.Requests.Should().HaveCount(1);
            await world.World.Pass(1);
            await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            busy.Requests.Should().HaveCount(2);
        });
    }

    [Fact, Trait("Req", "C2")]
    public void Send_Registrations_KeepToTheServerThatServedAmongItsEquals()
    {
        var world = new FailoverWorld(seed: 3);
        world.Run(async () =>
        {
            for (var i = 0; i < 4; i++) await world.AddServerAsync(Ok, priority: 1);
            await using var connection = await world.ConnectAsync();
            for (var i = 0; i < 20; i++) await connection.SendAsync(new SipRequest(SipMethod.Register, "sip:s.test")).FinalAsync();
            world.Servers.Count(static server => server.Requests.Count > 0).Should().Be(1);
            for (var i = 0; i < 40; i++) await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            world.Servers.Count(static server => server.Requests.Count > 0).Should().Be(4, "what is new is shared out by weight");
        });
    }

    [Fact, Trait("Req", "D1")]
    public void Invite_FirstTargetSilent_RingsAtTheSecond()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static _ => null);
            await world.AddServerAsync(static request => request.Method == SipMethod.Invite ? AnsweringPeer.Respond(request, SipStatus.BusyHere) : null);
            await using var connection = await world.ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@s.test");
            var statuses = new List<int>();
            await foreach (var response in dialog.SendInviteAsync(Descriptions.Audio)) statuses.Add(response.StatusCode);
            statuses.Should().Equal(486);
            await world.World.Pass(1);
            world.Servers[1].Requests.Select(static request => request.Method).Should().Equal(SipMethod.Invite, SipMethod.Ack);
        });
    }

    [Fact, Trait("Req", "D4")]
    public void Cancel_AfterFailover_GoesWhereItsInviteWent()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var failed = await world.AddServerAsync(static request => request.Method == SipMethod.Invite ? AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable) : null);
            SipRequest? invite = null;
            var ringing = await world.AddServerAsync(static _ => null);
            ringing!.Answer = request =>
            {
                if (request.Method == SipMethod.Invite) return [AnsweringPeer.Respond(invite = request, SipStatus.Ringing)];
                return [AnsweringPeer.Respond(request, SipStatus.Ok), AnsweringPeer.Respond(invite!, SipStatus.RequestTerminated)];
            };
            await using var connection = await world.ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@s.test");
            var calling = dialog.SendInviteAsync(Descriptions.Audio);
            var statuses = new List<int>();
            await foreach (var response in calling)
            {
                statuses.Add(response.StatusCode);
                if (response.StatusCode == 180) await calling.CancelAsync();
            }

            await world.World.Pass(1);
            statuses.Should().Equal(180, 487);
            ringing.Requests.Select(static request => request.Method).Should().Equal(SipMethod.Invite, SipMethod.Cancel, SipMethod.Ack);
            ringing.Requests[1].Headers.Via!.Branch.Should().Be(ringing.Requests[0].Headers.Via!.Branch);
            failed!.Requests.Select(static request => request.Method).Should().Equal(SipMethod.Invite, SipMethod.Ack);
        });
    }

    [Fact, Trait("Req", "D4")]
    public void Cancel_WhileATargetIsSilent_EndsAtOnceAndAsksNoOther()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static _ => null);
            var second = await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@s.test");
            using var giveUp = new CancellationTokenSource();
            var calling = Awaiting(async () =>
            {
                await foreach (var response in dialog.SendInviteAsync(Descriptions.Audio, giveUp.Token)) response.IsProvisional.Should().BeTrue();
            }).Should().ThrowAsync<OperationCanceledException>();
            await world.World.Pass(5);
            await giveUp.CancelAsync();
            await calling;
            await world.World.Pass(100);
            second!.Arrivals.Should().Be(0);
        });
    }

    [Fact, Trait("Req", "D8")]
    public void InDialog_RouteToAName_FailsOverToo()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            // The dialog's record route is the name, so that requests in it are resolved each time.
            await world.AddServerAsync(static request => Answer(request));
            await world.AddServerAsync(static request => Answer(request));
            await using var connection = await world.ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@s.test");
            await foreach (var response in dialog.SendInviteAsync(Descriptions.Audio))
            {
                if (!response.IsSuccess) continue;
                await dialog.SendAckAsync(response);
                break;
            }

            world.Servers[0].Answer = static request => [AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable)];
            await dialog.SendByeAsync();
            world.Servers[0].Requests.Select(static request => request.Method).Should().Equal(SipMethod.Invite, SipMethod.Ack, SipMethod.Bye);
            world.Servers[1].Requests.Select(static request => request.Method).Should().Equal(SipMethod.Bye);
            world.Servers[1].Requests[0].Headers.CSeq.Should().Be(world.Servers[0].Requests[2].Headers.CSeq);
        });

        static SipResponse? Answer(SipRequest request) => request.Method == SipMethod.Ack
            ? null
            : AnsweringPeer.Respond(request, SipStatus.Ok, ("Contact", "<sip:bob@10.0.0.99>"), ("Record-Route", "<sip:s.test;lr>"));
    }

    [Fact, Trait("Req", "F1")]
    public void Challenge_AfterFailover_IsMetAtTheSameServer()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            var second = await world.AddServerAsync(static request => request.Headers.Contains("Authorization")
                ? Ok(request)
                : AnsweringPeer.Respond(request, SipStatus.Unauthorized, ("WWW-Authenticate", "Digest realm=\"s.test\", nonce=\"n\", qop=\"auth\"")));
            await using var connection = await world.ConnectAsync(static options => options.Credentials.Add(new ModernSip.Authentication.SipCredentials("alice", "secret")));
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(200);
            second!.Requests.Select(static request => request.Headers.CSeq!.Value.Number).Should().Equal(1u, 2u);
        });
    }

    [Fact, Trait("Req", "C6")]
    public void Send_WithinARegistrationWhoseProxyAddressIsKept_FailsOverWhenThatOneFails()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => ScriptedRegistrar.Accept(request));
            await world.AddServerAsync(static request => ScriptedRegistrar.Accept(request));
            await using var connection = await world.ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@example.test", OutboundProxy = "sip:s.test", CacheOutboundProxyAddress = true, UnregisterOnDispose = false });
            world.Servers[0].Answer = static _ => [];
            (await registration.SendAsync(SipRequest.Message("sip:bob@example.test", "hello")).FinalAsync()).StatusCode.Should().Be(200);
            world.Servers[1].Requests.Should().ContainSingle().Which.Method.Should().Be(SipMethod.Message);
        });
    }

    [Theory, Trait("Class", "51")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Class51_LossDuplicationAndDelay_EveryRequestIsAnsweredByOneServerOnce(ulong seed)
    {
        var world = new FailoverWorld(seed);
        world.World.Network.Conditions = ModernSip.Testing.SipNetworkConditions.Default with { Loss = 0.3, Duplication = 0.2, MinDelay = TimeSpan.Zero, MaxDelay = TimeSpan.FromSeconds(3) };
        world.Run(async () =>
        {
            await world.AddServerAsync(Ok);
            await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync();
            var all = Enumerable.Range(0, 20).Select(_ => connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).ToList();
            foreach (var one in all) (await one).StatusCode.Should().Be(200);
            world.Servers.Sum(static server => server.Requests.Count).Should().Be(20, "no request was sent to a second server while the first could still answer");
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Close_WhileFailingOver_EndsTheRequest()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            await world.AddServerAsync(static _ => null);
            var connection = await world.ConnectAsync();
            var final = connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            await world.World.Pass(1);
            await connection.DisposeAsync();
            await Awaiting(() => final).Should().ThrowAsync<SipConnectionClosedException>();
        });
    }

    [Fact, Trait("Class", "49")]
    public void Class49_TwoHundredServers_AreTriedWithinABound()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            await using var connection = await world.ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(503);
            world.Servers.Count(static server => server.Arrivals > 0).Should().Be(8);
        });
    }

    [Fact, Trait("Class", "49")]
    public void Class49_ResolverThatNeverAnswers_EndsWithinTheLimit()
    {
        var world = new World();
        world.Run(async () =>
        {
            var resolver = new StubResolver(static (_, _) => new ValueTask<IReadOnlyList<System.Net.IPAddress>>(new TaskCompletionSource<IReadOnlyList<System.Net.IPAddress>>().Task));
            await using var connection = await world.CreateClient("10.0.0.1", services: services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Resolution.ISipDnsResolver>(services, resolver)).ConnectAsync();
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:slow.test")).FinalAsync()).Should().ThrowAsync<SipResolutionException>().WithMessage("*within 10 s*");
            world.Now.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        });
    }
}
