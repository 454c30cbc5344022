using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;
using Polly;

namespace ModernSip.ScenarioTests.Registrations;

public sealed class RegistrationTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Fact, Trait("Req", "C1")]
    public void Register_Accepted_TellsAllThatTheRegistrarSaid()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(
                request, 600, ("Contact", "<sip:alice@10.0.0.77>;expires=55"), ("Service-Route", "<sip:10.0.0.9;lr>"), ("P-Associated-URI", "<tel:+1234>, <sip:al@10.0.0.9>")));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var options = new SipRegistrationOptions { AddressOfRecord = Alice, DisplayName = "Alice", Expires = TimeSpan.FromMinutes(20) };
            options.Headers.Add(KeyValuePair.Create("X-Line", "1"));
            await using var registration = await connection.RegisterAsync(options);

            registration.IsActive.Should().BeTrue();
            registration.Granted.Should().Be(TimeSpan.FromMinutes(10));
            registration.Bindings.Should().HaveCount(2);
            registration.Binding!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1:5060"), "two devices of one user are told apart by their addresses");
            registration.ServiceRoute.Should().ContainSingle();
            registration.AssociatedUris.Should().HaveCount(2);
            var sent = registrar.Requests[0];
            (sent.Headers.Expires, sent.Headers["X-Line"], sent.Headers.To!.DisplayName).Should().Be((1200u, "1", "Alice"));
            sent.RequestUri.Should().Be(SipUri.Parse("sip:10.0.0.9"));
            sent.Headers.Contact!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1:5060"));
        });
    }

    [Theory, Trait("Req", "C4")]
    [InlineData(3600, 120, null, 120)] // what stands at the Contact counts first
    [InlineData(3600, 120, 300, 120)]
    [InlineData(3600, null, 300, 300)] // then Expires
    [InlineData(3600, null, null, 3600)] // then what was asked for
    [InlineData(3600, 5, null, 30)] // at least 30 s
    [InlineData(600, 7200, null, 600)] // at most what was asked for
    [InlineData(10, null, null, 30)]
    [Trait("Idea", "13")]
    public void Register_Granted_IsReadAndClamped(int requested, int? atContact, int? header, int expected)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(request =>
            {
                var response = AnsweringPeer.Respond(request, SipStatus.Ok);
                if (header is { } value) response.Headers.Expires = (uint)value;
                var contact = request.Headers.Contact!;
                response.Headers.Contact = atContact is { } seconds ? contact.WithParameter("expires", $"{seconds}") : contact;
                return response;
            });
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(requested), AutoRefresh = false });
            registration.Granted.Should().Be(TimeSpan.FromSeconds(expected));
        });
    }

    [Fact, Trait("Req", "C4")]
    public void Register_AnotherDeviceHasLonger_OwnExpiryCounts()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = static request => ScriptedRegistrar.Accept(request, 60, ("Contact", "<sip:alice@10.0.0.77>;expires=3600"));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            registration.Granted.Should().Be(TimeSpan.FromSeconds(60));
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(5));
            registration.IsActive.Should().BeTrue();
            registrar.Requests.Should().HaveCountGreaterThan(5);
        });
    }

    [Theory, Trait("Req", "C2")]
    [InlineData(60)]
    [InlineData(120)]
    [InlineData(3600)]
    [Trait("Idea", "15")]
    public void Refresh_BeforeTheEnd_AtNineTenthsAndAtLeast30SecondsBefore(int granted)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var registrar = await ScriptedRegistrar.StartAsync(world);
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(granted) });
                var events = CollectAsync(registration.EventsAsync());
                await world.Simulation.DelayAsync(TimeSpan.FromSeconds(granted * 5.2));
                registration.IsActive.Should().BeTrue();
                var latest = granted >= 90 ? Math.Min(0.9 * granted, granted - 30) : 0.9 * granted;
                var times = registrar.Received.Select(static received => received.At).ToList();
                times.Should().HaveCountGreaterThanOrEqualTo(5);
                times.Zip(times.Skip(1), static (a, b) => (b - a).TotalSeconds).Should().OnlyContain(gap => gap >= (0.95 * latest) - 0.1 && gap <= latest + 0.1);
                registrar.Requests.Select(static request => request.Headers.CSeq!.Value.Number).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
                registrar.Requests.Select(static request => request.Headers.CallId).Distinct().Should().ContainSingle();
                registrar.Requests.Select(static request => request.Headers.From!.Tag).Distinct().Should().ContainSingle();
                var refreshes = times.Count - 1;
                await registration.DisposeAsync();
                (await events).Select(static one => one.State).Should().Equal(
                    [SipRegistrationState.Active, .. Enumerable.Repeat(SipRegistrationState.Refreshed, refreshes), SipRegistrationState.Inactive]);
            },
            TimeSpan.FromHours(24));
    }

    [Fact, Trait("Req", "C2")]
    public void Refresh_GrantedForMonths_StillComes()
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var registrar = await ScriptedRegistrar.StartAsync(world);
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromDays(100) });
                await world.Simulation.DelayAsync(TimeSpan.FromDays(45));
                await world.Simulation.DelayAsync(TimeSpan.FromDays(45));
                registrar.Requests.Should().HaveCount(2);
                registration.IsActive.Should().BeTrue();
            },
            TimeSpan.FromDays(200));
    }

    [Fact, Trait("Req", "C2")]
    public void Refresh_WallClockJumps_ChangesNothing()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromMinutes(10) });
            world.Simulation.Time.JumpWallClock(TimeSpan.FromDays(3));
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(8));
            world.Simulation.Time.JumpWallClock(TimeSpan.FromDays(-6));
            registrar.Requests.Should().ContainSingle();
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(1.5));
            registrar.Requests.Should().HaveCount(2);
            registration.IsActive.Should().BeTrue();
        });
    }

    [Fact, Trait("Req", "C7")]
    public void Refresh_ByHandWithShorterGrant_MovesTheNextRefresh()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request)).Then(static request => ScriptedRegistrar.Accept(request, 60));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            await registration.RefreshAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(58));
            registrar.Requests.Should().HaveCount(3);
            registration.IsActive.Should().BeTrue();
        });
    }

    [Fact, Trait("Req", "C7")]
    [Trait("Idea", "12")]
    public void Register_IntervalTooBrief_IsRepeatedWithMinExpires()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(SipStatus.IntervalTooBrief, ("Min-Expires", "1800"));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(60) });
            registrar.Requests.Select(static request => request.Headers.Expires).Should().Equal(60u, 1800u);
            registration.Granted.Should().Be(TimeSpan.FromSeconds(1800));
            await registration.RefreshAsync();
            registrar.Requests[^1].Headers.Expires.Should().Be(1800, "what was learnt is kept");
        });
    }

    [Fact, Trait("Req", "C7")]
    [Trait("Idea", "12")]
    public void Register_IntervalTooBriefTwice_Fails()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(SipStatus.IntervalTooBrief, ("Min-Expires", "1800")).Then(SipStatus.IntervalTooBrief, ("Min-Expires", "3600"));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            (await Waiting(() => connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(60) })).Should().ThrowAsync<SipResponseException>())
                .Which.Response.StatusCode.Should().Be(423);
            registrar.Requests.Should().HaveCount(2);
        });
    }

    [Fact, Trait("Req", "C5")]
    [Trait("Idea", "18")]
    public void Register_WithoutExpires_LeavesItToTheRegistrar()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request, 900));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, SendExpires = false });
            registrar.Requests[0].Headers.Contains("Expires").Should().BeFalse();
            registrar.Requests[0].Headers.Contact!.Parameters["expires"].Should().BeNull();
            registration.Granted.Should().Be(TimeSpan.FromSeconds(900));
            await registration.DisposeAsync();
            registrar.Requests[^1].Headers.Expires.Should().Be(0, "removing a binding is said by 0");
        });
    }

    [Fact, Trait("Req", "C2"), Trait("Req", "C3")]
    public void Refresh_FailsInPassing_BacksOffThenRecovers()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request))
                .Then(SipStatus.ServiceUnavailable, ("Retry-After", "100"))
                .Then(SipStatus.ServerInternalError);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(120) });
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(130));
            registration.IsActive.Should().BeFalse("the binding has run out");
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(200));
            registration.IsActive.Should().BeTrue("the registrar is back");
            var times = registrar.Received.Select(static received => received.At.TotalSeconds).ToList();
            (times[2] - times[1]).Should().BeInRange(100, 110.5, "Retry-After is longer than the back-off, and everybody was told the same");
            (times[3] - times[2]).Should().BeInRange(30, 60, "the second wait is 50 to 100 % of 60 s (RFC 5626 §4.5)");
        });
    }

    [Fact, Trait("Req", "C2")]
    [Trait("Idea", "15")]
    public void Refresh_RegistrarSilent_TriesUntilItAnswers()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request)).Then(static _ => null);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(120) });
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(5));
            registration.IsActive.Should().BeTrue();
            var times = registrar.Received.Select(static received => received.At.TotalSeconds).ToList();
            (times[2] - times[1]).Should().BeInRange(32 + 15, 32 + 30.1);
        });
    }

    [Theory, Trait("Req", "C3"), Trait("Req", "H1")]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(401)]
    [Trait("Idea", "15")]
    public void Refresh_Refused_EndsTheRegistrationWithTheResponse(int status)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            (string, string)[] headers = status == 401 ? [("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\"")] : [];
            registrar.Then(static request => ScriptedRegistrar.Accept(request)).Then(status, headers);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(120) });
            var seen = new List<SipRegistrationState>();
            var error = (await Waiting(async () =>
            {
                await foreach (var one in registration.EventsAsync()) seen.Add(one.State);
            }).Should().ThrowAsync<SipRefreshException>()).Which;
            (error.Method, error.Refresh, error.Response!.StatusCode).Should().Be((SipMethod.Register, registration.Refresh, status));
            seen.Should().Equal(SipRegistrationState.Active, SipRegistrationState.Inactive);
            registration.IsActive.Should().BeFalse();
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(10));
            registrar.Requests.Should().HaveCount(2, "a refresh that failed for good is not repeated");
        });
    }

    [Fact, Trait("Req", "C3"), Trait("Req", "H1")]
    public void Refresh_PipelineOfTheApplicationThrows_EndsTheRegistration()
    {
        var world = new World();
        world.Run(async () =>
        {
            await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var pipeline = new Polly.ResiliencePipelineBuilder<SipResponse>().AddStrategy(static _ => new Broken(), new Options()).Build();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, RefreshRetry = pipeline });
            (await Waiting(() => CollectAsync(registration.EventsAsync())).Should().ThrowAsync<SipRefreshException>())
                .WithInnerException<NotSupportedException>();
            registration.IsActive.Should().BeFalse();
        });
    }

    [Theory, Trait("Req", "C8")]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Dispose_UnregistersUnlessAskedNotTo(bool unregister, int requests)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, UnregisterOnDispose = unregister });
            await registration.DisposeAsync();
            await registration.DisposeAsync();
            registrar.Requests.Should().HaveCount(requests);
            if (unregister) registrar.Requests[1].Headers.Expires.Should().Be(0);
            registration.IsActive.Should().BeFalse();
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(59));
            registrar.Requests.Should().HaveCount(requests);
            var send = () => { _ = registration.SendAsync(SipRequest.Options(Alice)); };
            send.Should().Throw<SipConnectionClosedException>();
            await Waiting(() => registration.RefreshAsync()).Should().ThrowAsync<SipConnectionClosedException>();
        }, TimeSpan.FromHours(2));
    }

    [Fact, Trait("Req", "C8"), Trait("Req", "A8")]
    public void Dispose_WhileRefreshing_EndsTheRefresh()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request)).Then(static _ => null);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            var refresh = registration.RefreshAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1));
            await registration.DisposeAsync();
            await Waiting(() => refresh).Should().ThrowAsync<SipConnectionClosedException>();
            registrar.Requests[^1].Headers.Expires.Should().Be(0);
        });
    }

    [Fact, Trait("Req", "C8")]
    public void Dispose_RegistrarIsGone_DoesNotThrow()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request));
            registrar.Default = static _ => null;
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            var events = CollectAsync(registration.EventsAsync());
            await registration.DisposeAsync();
            await Waiting(() => events).Should().ThrowAsync<SipTimeoutException>();
        });
    }

    [Fact, Trait("Req", "C7")]
    [Trait("Idea", "5")]
    public void Unregister_RemovesTheBindingOnce()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            await registration.UnregisterAsync();
            await registration.UnregisterAsync();
            registration.IsActive.Should().BeFalse();
            registrar.Requests.Should().HaveCount(2);
            registrar.Requests[1].Headers.Expires.Should().Be(0);
            await Waiting(() => registration.RefreshAsync()).Should().ThrowAsync<SipConnectionClosedException>("an unregistered registration stays so");
        });
    }

    [Fact, Trait("Req", "C7")]
    [Trait("Idea", "19")]
    public void FetchBindings_ChangesNothing()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => AnsweringPeer.Respond(request, SipStatus.Ok, ("Contact", "<sip:alice@10.0.0.5>;expires=10, <sip:alice@10.0.0.6>;q=0.5")));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var bindings = await connection.FetchBindingsAsync(Alice);
            bindings.Select(static binding => binding.Uri.Host).Should().Equal("10.0.0.5", "10.0.0.6");
            registrar.Requests[0].Headers.Contains("Contact").Should().BeFalse();
            registrar.Then(403);
            (await Waiting(() => connection.FetchBindingsAsync(Alice)).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(403);
        });
    }

    [Fact, Trait("Req", "B7"), Trait("Req", "C1")]
    public void Send_WithinARegistration_UsesItsIdentityRouteAndContact()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request, null, ("Service-Route", "<sip:inside.example;lr>")));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@home.example", OutboundProxy = "sip:10.0.0.9", Contact = "<sip:line7@localhost>" });
            registrar.Requests[0].Headers["Route"].Should().Be("<sip:10.0.0.9;lr>");
            registrar.Requests[0].RequestUri.Should().Be(SipUri.Parse("sip:home.example"));
            registrar.Default = static request => AnsweringPeer.Respond(request, SipStatus.BusyHere);

            await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "hello")).FinalAsync();
            await using var dialog = registration.CreateInviteDialog("sip:bob@far.example");
            await dialog.SendInviteAsync().FinalAsync();
            foreach (var request in registrar.Requests.Skip(1).Where(static request => request.Method != SipMethod.Ack))
            {
                request.Headers.GetValues("Route").SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries)).Should().Equal("<sip:10.0.0.9;lr>", "<sip:inside.example;lr>");
                request.Headers.From!.Uri.Should().Be(SipUri.Parse("sip:alice@home.example"));
            }

            registrar.Requests[2].Headers.Contact!.Uri.Should().Be(SipUri.Parse("sip:line7@10.0.0.1:5060"));
            registrar.Default = static request => ScriptedRegistrar.Accept(request);
        });
    }

    [Fact, Trait("Req", "C1"), Trait("Req", "H1")]
    public void Register_Refused_ThrowsTheResponse()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(404);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            (await Waiting(() => connection.RegisterAsync(new() { AddressOfRecord = Alice })).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(404);
            registrar.Requests.Should().ContainSingle("what was not bound is not removed");
        });
    }

    private static async Task<List<SipRegistrationEvent>> CollectAsync(IAsyncEnumerable<SipRegistrationEvent> stream)
    {
        var list = new List<SipRegistrationEvent>();
        await foreach (var item in stream) list.Add(item);
        return list;
    }

    private static Func<Task> Waiting(Func<Task> wait) => wait;

    private sealed class Broken : Polly.ResilienceStrategy<SipResponse>
    {
        protected override ValueTask<Polly.Outcome<SipResponse>> ExecuteCore<TState>(
            Func<Polly.ResilienceContext, TState, ValueTask<Polly.Outcome<SipResponse>>> callback, Polly.ResilienceContext context, TState state) =>
            throw new NotSupportedException("the application's pipeline broke");
    }

    private sealed class Options : Polly.ResilienceStrategyOptions;
}
