using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Resolution;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Requests;

public sealed class RequestTests
{
    [Theory, Trait("Req", "B1")]
    [InlineData("MESSAGE")]
    [InlineData("OPTIONS")]
    [InlineData("INFO")]
    [InlineData("PUBLISH")]
    [InlineData("X-PING")]
    public void Send_ProvisionalThenFinal_StreamsBothAndEnds(string method)
    {
        var world = new World();
        world.Run(async () =>
        {
            await AnsweringPeer.StartAsync(world, "10.0.0.2", static request =>
                [AnsweringPeer.Respond(request, SipStatus.Trying), AnsweringPeer.Respond(request, SipStatus.SessionProgress), AnsweringPeer.Respond(request, SipStatus.Accepted)]);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var statuses = new List<int>();
            await foreach (var response in connection.SendAsync(new SipRequest(new SipMethod(method), "sip:bob@10.0.0.2"))) statuses.Add(response.StatusCode);
            statuses.Should().Equal(100, 183, 202);
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_RefusedByPeer_IsAResponseNotAnError()
    {
        var world = new World();
        world.Run(async () =>
        {
            await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, 404));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var final = await connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2")).FinalAsync();
            final.StatusCode.Should().Be(404);
            var ensure = () => final.EnsureSuccess();
            ensure.Should().Throw<SipResponseException>().Which.Response.Should().BeSameAs(final);
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Enumerate_ASecondTime_Throws()
    {
        var world = new World();
        world.Run(async () =>
        {
            await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var transaction = connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2"));
            (await ReadAsync(transaction)).Should().Equal(200);
            await Awaiting(() => ReadAsync(transaction)).Should().ThrowAsync<InvalidOperationException>();
            (await transaction.FinalAsync()).StatusCode.Should().Be(200, "the final response can still be asked for");
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_RequestIsCopied_LaterChangesDoNotReachTheWire()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var request = SipRequest.Options("sip:bob@10.0.0.2");
            request.Headers.Add("X-Test", "before");
            var final = connection.SendAsync(request).FinalAsync();
            request.Headers["X-Test"] = "after";
            await final;
            await connection.SendAsync(request).FinalAsync();
            peer.Requests.Select(static received => received.Headers["X-Test"]).Should().Equal("before", "after");
            peer.Requests.Select(static received => received.Headers.CallId).Should().OnlyHaveUniqueItems();
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_NoAnswer_ThrowsTimeoutAfter32Seconds()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var begin = world.Simulation.Time.Elapsed;
            var transaction = connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2"));
            var reading = ReadAsync(transaction);
            await Awaiting(() => transaction.FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
            await Awaiting(() => reading).Should().ThrowAsync<SipTimeoutException>();
            (world.Simulation.Time.Elapsed - begin).Should().BeCloseTo(TimeSpan.FromSeconds(32), TimeSpan.FromMilliseconds(10));
            peer.Arrivals.Should().Be(11, "timer E is 0.5, 1, 2, then every 4 s (RFC 3261 §17.1.2.2)");
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_TcpPeerRefuses_ThrowsTransportError()
    {
        var world = new World();
        world.Run(async () =>
        {
            world.Network.CreateHost("10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2;transport=tcp")).FinalAsync()).Should().ThrowAsync<SipTransportException>();
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_ConnectionBreaksWhileWaiting_ThrowsTransportError()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var final = connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2;transport=tcp")).FinalAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1));
            peer.LastFlow!.Close();
            await Awaiting(() => final).Should().ThrowAsync<SipTransportException>();
            world.Simulation.Time.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5));
        });
    }

    [Theory, Trait("Req", "B2"), Trait("Req", "H1")]
    [InlineData("none")]
    [InlineData("sip")]
    [InlineData("foreign")]
    [InlineData("cancelled")]
    public void Send_NameCannotBeResolved_ThrowsResolutionError(string failure)
    {
        var world = new World();
        world.Run(async () =>
        {
            var resolver = new StubResolver(async (host, stopping) =>
            {
                await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1), stopping);
                return failure switch
                {
                    "sip" => throw new SipResolutionException("no such name: " + host),
                    "foreign" => throw new InvalidOperationException("the resolver broke"),
                    "cancelled" => throw new OperationCanceledException("the resolver's own limit"),
                    _ => [],
                };
            });
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipDnsResolver>(resolver)).ConnectAsync();
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:bob@nowhere.example")).FinalAsync()).Should().ThrowAsync<SipResolutionException>();
        });
    }

    [Fact, Trait("Req", "B2"), Trait("Req", "A8")]
    public void Dispose_WhileTheResolverNeverReturns_DoesNotHang()
    {
        var world = new World();
        world.Run(async () =>
        {
            var resolver = new StubResolver(static (_, _) => new ValueTask<IReadOnlyList<IPAddress>>(new TaskCompletionSource<IReadOnlyList<IPAddress>>().Task));
            var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipDnsResolver>(resolver)).ConnectAsync();
            var final = connection.SendAsync(SipRequest.Options("sip:bob@nowhere.example")).FinalAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1));
            await connection.DisposeAsync();
            await Awaiting(() => final).Should().ThrowAsync<SipConnectionClosedException>();
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Send_FirstAddressRefuses_TriesTheNext()
    {
        var world = new World();
        world.Run(async () =>
        {
            world.Network.CreateHost("10.0.0.7");
            await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            var resolver = new StubResolver(static (_, _) => ValueTask.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Parse("10.0.0.7"), IPAddress.Parse("10.0.0.2")]));
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipDnsResolver>(resolver)).ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:bob@two.example;transport=tcp")).FinalAsync()).StatusCode.Should().Be(200);
        });
    }

    [Theory, Trait("Req", "B2"), Trait("Req", "H2")]
    [InlineData("INVITE")]
    [InlineData("ACK")]
    [InlineData("BYE")]
    [InlineData("CANCEL")]
    public void Send_MethodOfADialog_ThrowsAtTheCall(string method)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var send = () => { _ = connection.SendAsync(new SipRequest(new SipMethod(method), "sip:bob@10.0.0.2")); };
            send.Should().Throw<ArgumentException>().WithMessage($"*{method}*");
        });
    }

    [Fact, Trait("Req", "H2")]
    public void Arguments_Missing_ThrowAtTheCall()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            Action[] calls =
            [
                () => _ = connection.SendAsync(null!),
                () => _ = connection.RegisterAsync(null!),
                () => _ = connection.RegisterAsync(new()),
                () => _ = connection.RegisterAsync(new() { AddressOfRecord = "tel:123" }),
                () => _ = connection.RegisterAsync(new() { AddressOfRecord = "sip:a@b", Expires = TimeSpan.Zero }),
                () => _ = connection.FetchBindingsAsync(null!),
                () => _ = connection.CreateInviteDialog(null!),
            ];
            foreach (var call in calls) call.Should().Throw<ArgumentException>();
        });
    }

    [Fact, Trait("Req", "B3")]
    public void Cancel_WhileWaiting_StopsTheWaitingOnly()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            using var source = new CancellationTokenSource();
            var transaction = connection.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello"), source.Token);
            var reading = ReadAsync(transaction);
            var final = transaction.FinalAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(2));
            await source.CancelAsync();
            await Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
            await Awaiting(() => final).Should().ThrowAsync<OperationCanceledException>();
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(40));
            peer.Arrivals.Should().Be(11, "the request goes on being repeated");
            peer.Requests.Should().OnlyContain(static request => request.Method == SipMethod.Message);
        });
    }

    [Fact, Trait("Req", "B3")]
    public void Cancel_EitherToken_StopsTheReading()
    {
        var world = new World();
        world.Run(async () =>
        {
            await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            using var ofSend = new CancellationTokenSource();
            using var ofRead = new CancellationTokenSource();
            var transaction = connection.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello"), ofSend.Token);
            var reading = ReadAsync(transaction, ofRead.Token);
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1));
            await ofSend.CancelAsync();
            await Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
            world.Simulation.Time.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5));
        });
    }

    [Fact, Trait("Req", "B3")]
    public void Send_TokenCancelledBefore_SendsNothing()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var send = () => { _ = connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2"), new CancellationToken(canceled: true)); };
            send.Should().Throw<OperationCanceledException>();
            world.Network.Captured.Should().BeEmpty();
        });
    }

    [Theory, Trait("Req", "A9")]
    [InlineData("", "sip:alice@10.0.0.1:5060")]
    [InlineData(";transport=tcp", "sip:alice@10.0.0.1:5060;transport=tcp")]
    public void Send_ContactAtLocalhost_NamesTheAddressPeersReach(string parameters, string expected)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var request = SipRequest.Options("sip:bob@10.0.0.2" + parameters);
            request.Headers.Contact = "\"Al\" <sip:alice@localhost>;+sip.instance=\"<urn:uuid:1>\"";
            await connection.SendAsync(request).FinalAsync();
            var contact = peer.Requests[0].Headers.Contact!;
            contact.Uri.Should().Be(SipUri.Parse(expected));
            contact.DisplayName.Should().Be("Al");
            contact.Parameters["+sip.instance"].Should().Contain("urn:uuid:1");
        });
    }

    [Fact, Trait("Req", "A9")]
    public void Invite_WithoutContact_GetsTheAddressPeersReach()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => request.Method == SipMethod.Ack ? null : AnsweringPeer.Respond(request, SipStatus.BusyHere));
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.ContactUser = "desk").ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.2");
            (await dialog.SendInviteAsync().FinalAsync()).StatusCode.Should().Be(486);
            peer.Requests[0].Headers.Contact!.Uri.Host.Should().Be("10.0.0.1");
            peer.Requests[0].Headers.Contact!.Uri.Port.Should().Be(5060);
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_NothingSet_FillsInTheDefaults()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2")).FinalAsync();
            var headers = peer.Requests[0].Headers;
            headers["User-Agent"].Should().Be("ModernSip");
            headers.From!.Uri.Should().Be(SipUri.Parse("sip:anonymous@anonymous.invalid"));
            headers.From.Tag.Should().NotBeNullOrEmpty();
            headers.To!.Uri.Should().Be(SipUri.Parse("sip:bob@10.0.0.2"));
            headers.To.Tag.Should().BeNull();
            headers.MaxForwards.Should().Be(70);
            headers.CSeq!.Value.Method.Should().Be(SipMethod.Options);
            headers.Via!.HasMagicCookie.Should().BeTrue();
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_WhatTheApplicationSet_Stays()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var request = SipRequest.Options("sip:bob@10.0.0.2");
            request.Headers.From = "<sip:me@example.com>;tag=mine";
            request.Headers.To = "<sip:you@example.com>";
            request.Headers.CallId = "my-call";
            request.Headers.CSeq = new SipCSeq(77, SipMethod.Options);
            request.Headers["User-Agent"] = "Mine";
            await connection.SendAsync(request).FinalAsync();
            var headers = peer.Requests[0].Headers;
            (headers.From!.Tag, headers.To!.Uri.User, headers.CallId, headers.CSeq!.Value.Number, headers["User-Agent"]).Should().Be(("mine", "you", "my-call", 77u, "Mine"));
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_OutboundProxy_RoutesThere()
    {
        var world = new World();
        world.Run(async () =>
        {
            var proxy = await AnsweringPeer.StartAsync(world, "10.0.0.8", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", static options => (options.OutboundProxy, options.UserAgent) = ("sip:10.0.0.8", null)).ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:bob@far.example")).FinalAsync();
            proxy.Requests[0].RequestUri.Should().Be(SipUri.Parse("sip:bob@far.example"));
            proxy.Requests[0].Headers["Route"].Should().Be("<sip:10.0.0.8;lr>");
            proxy.Requests[0].Headers.Contains("User-Agent").Should().BeFalse();
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Responses_NobodyAskedFor_AreDropped()
    {
        var world = new World();
        world.Run(async () =>
        {
            SipRequest? seen = null;
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => { seen = request; return (SipResponse?)null; });
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var transaction = connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2"));
            await world.Simulation.DelayAsync(TimeSpan.FromMilliseconds(100));

            var twoVias = AnsweringPeer.Respond(seen!, SipStatus.Ok);
            twoVias.Headers.Add("Via", "SIP/2.0/UDP 10.0.0.99;branch=z9hG4bKother");
            var forgedBranch = AnsweringPeer.Respond(seen!, SipStatus.Ok);
            forgedBranch.Headers["Via"] = "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKguess";
            var otherMethod = AnsweringPeer.Respond(seen!, SipStatus.Ok);
            otherMethod.Headers.CSeq = new SipCSeq(seen!.Headers.CSeq!.Value.Number, SipMethod.Invite);
            var otherSentBy = AnsweringPeer.Respond(seen!, SipStatus.Ok);
            otherSentBy.Headers["Via"] = seen!.Headers["Via"]!.Replace("10.0.0.1", "10.0.0.66", StringComparison.Ordinal);
            foreach (var forged in (SipResponse[])[twoVias, forgedBranch, otherMethod, otherSentBy]) await peer.SendAsync("10.0.0.1:5060", forged);
            await world.Simulation.DelayAsync(TimeSpan.FromMilliseconds(100));

            await peer.SendAsync("10.0.0.1:5060", AnsweringPeer.Respond(seen!, 299));
            (await transaction.FinalAsync()).StatusCode.Should().Be(299);
        });
    }

    private static async Task<List<int>> ReadAsync(SipClientTransaction transaction, CancellationToken cancellationToken = default)
    {
        var statuses = new List<int>();
        await foreach (var response in transaction.WithCancellation(cancellationToken)) statuses.Add(response.StatusCode);
        return statuses;
    }

    private static Func<Task> Awaiting(Func<Task> wait) => wait;
}
