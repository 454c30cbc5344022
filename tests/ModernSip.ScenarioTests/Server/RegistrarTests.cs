using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Server;

public sealed class RegistrarTests : ServerWorld
{
    [Fact, Trait("Req", "C1"), Trait("Req", "F1")]
    public void Register_PasswordKnown_IsChallengedThenBound()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var registration = await RegisterAsync(alice, "alice");

            registration.Granted.Should().Be(TimeSpan.FromHours(1));
            server.Bindings.Should().ContainKey("alice").WhoseValue.Should().ContainSingle().Which.Contact.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1:5060"));
        });
        Wire("REGISTER").Should().StartWith(["REGISTER", "401 Unauthorized (REGISTER)", "REGISTER", "200 OK (REGISTER)"]);
    }

    [Fact, Trait("Req", "F4")]
    public void Register_PasswordWrong_IsForbiddenAndNothingBound()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "wrong");
            await FluentActions.Awaiting(() => RegisterAsync(alice, "alice")).Should().ThrowAsync<SipForbiddenException>();
            server.Bindings.Should().BeEmpty();
        });
        // Two answers: the second challenge has another nonce, and the first might have expired without the server saying so.
        Wire("REGISTER").Should().Equal(Enumerable.Repeat<string[]>(["REGISTER", "401 Unauthorized (REGISTER)"], 3).SelectMany(pair => pair));
    }

    [Fact]
    public void Register_OtherOnesAddress_IsForbidden()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            (await FluentActions.Awaiting(() => RegisterAsync(alice, "bob")).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(403);
            (await FluentActions.Awaiting(() => RegisterAsync(alice, "carol")).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(404);
        });
    }

    [Fact, Trait("Req", "F4")]
    public void Refresh_NonceExpired_IsStaleAndAnsweredSilently()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync(options => options.NonceLifetime = TimeSpan.FromSeconds(10));
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var registration = await RegisterAsync(alice, "alice");
            await World.Simulation.DelayAsync(TimeSpan.FromSeconds(20));
            await registration.RefreshAsync();
            registration.IsActive.Should().BeTrue();
        });
        World.Network.Captured.Select(packet => System.Text.Encoding.UTF8.GetString(packet.Content.Span))
            .Where(text => text.StartsWith("SIP/2.0 401", StringComparison.Ordinal)).Last().Should().Contain("stale=true");
    }

    [Fact, Trait("Req", "C7")]
    public void Register_TooBrief_IsRetriedWithMinExpires()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync(options => options.MinExpires = TimeSpan.FromMinutes(2));
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var registration = await RegisterAsync(alice, "alice", TimeSpan.FromMinutes(1));
            server.Bindings["alice"][0].ExpiresAt.Should().BeCloseTo(World.Simulation.Time.GetUtcNow() + TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        });
        Wire("REGISTER").Should().ContainInOrder("423 Interval Too Brief (REGISTER)", "200 OK (REGISTER)");
    }

    [Fact, Trait("Req", "C4")]
    public void Register_TooLong_IsCut()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync(options => options.MaxExpires = TimeSpan.FromMinutes(10));
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var registration = await RegisterAsync(alice, "alice");
            registration.Granted.Should().Be(TimeSpan.FromMinutes(10));
        });
    }

    [Fact, Trait("Req", "C8")]
    public void Dispose_Registered_RemovesBinding()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using (await RegisterAsync(alice, "alice")) server.Bindings.Should().NotBeEmpty();
            server.Bindings.Should().BeEmpty();
        });
    }

    [Fact]
    public void Binding_NotRefreshed_ExpiresOnItsTime()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            var registration = await RegisterAsync(alice, "alice", TimeSpan.FromMinutes(1), autoRefresh: false);
            await World.Simulation.DelayAsync(TimeSpan.FromSeconds(59));
            server.Bindings.Should().ContainKey("alice");
            await World.Simulation.DelayAsync(TimeSpan.FromSeconds(1));
            server.Bindings.Should().BeEmpty();
            await registration.DisposeAsync();
        });
    }

    [Fact, Trait("Req", "C2")]
    public void Binding_Refreshed_OutlivesItsExpiry()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var registration = await RegisterAsync(alice, "alice", TimeSpan.FromMinutes(1));
            for (var minute = 0; minute < 10; minute++)
            {
                await World.Simulation.DelayAsync(TimeSpan.FromMinutes(1));
                server.Bindings.Should().ContainKey("alice");
            }
        });
    }

    [Fact]
    public void Register_SeveralContacts_EachHasItsOwnExpiry()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            var response = await SendRegisterAsync(alice, "alice", headers =>
            {
                headers["Contact"] = "<sip:one@10.0.0.1>;expires=60, <sip:two@10.0.0.1>;q=0.5, <sip:three@10.0.0.1>;expires=soon";
                headers.Expires = 120;
            });
            response.Headers.GetAll(SipHeaderNames.Contact).Select(contact => $"{contact.Uri.User} {contact.Parameters["expires"]} {contact.Parameters["q"]}").Should().Equal("one 60 ", "two 120 0.5", "three 3600 ");
        });
    }

    [Fact, Trait("Req", "C7")]
    public void Fetch_TwoBound_ListsBothAndChangesNone()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await SendRegisterAsync(alice, "alice", headers => headers["Contact"] = "<sip:one@10.0.0.1>, <sip:two@10.0.0.1>");
            var before = server.Bindings["alice"];
            (await alice.FetchBindingsAsync(UriOf("alice"))).Select(contact => contact.Uri.User).Should().Equal("one", "two");
            server.Bindings["alice"].Should().Equal(before);
        });
    }

    [Theory]
    [InlineData("*", 0u, 200, 0)]
    [InlineData("*", 60u, 400, 2)]
    [InlineData("*", null, 400, 2)]
    [InlineData("<mailto:alice@example.com>", null, 400, 2)]
    [InlineData("<sip:one@10.0.0.1>;expires=0", 600u, 200, 1)]
    [InlineData("<sip:new@10.0.0.1>, <sip:brief@10.0.0.1>;expires=1", null, 423, 2)]
    public void Register_TwoBound_TakesEffectWholeOrNotAtAll(string contact, uint? expires, int status, int left)
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await SendRegisterAsync(alice, "alice", headers => headers["Contact"] = "<sip:one@10.0.0.1>, <sip:two@10.0.0.1>");
            var response = await SendRegisterAsync(alice, "alice", headers =>
            {
                headers["Contact"] = contact;
                headers.Expires = expires;
            });
            response.StatusCode.Should().Be(status);
            (server.Bindings.TryGetValue("alice", out var bindings) ? bindings.Count : 0).Should().Be(left);
        });
    }

    [Fact]
    public void Register_OldSequenceOfSameCall_IsRefused()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            (await SendAsync(10)).Should().Be(200);
            (await SendAsync(5)).Should().Be(500);
            server.Bindings["alice"][0].Sequence.Should().BeGreaterThanOrEqualTo(10);

            async Task<int> SendAsync(uint sequence) => (await SendRegisterAsync(alice, "alice", headers =>
            {
                headers["Contact"] = "<sip:one@10.0.0.1>";
                headers.CallId = "the-same";
                headers.CSeq = new SipCSeq(sequence, SipMethod.Register);
            })).StatusCode;
        });
    }

    [Fact]
    public void Events_RegisterAndUnregister_TellEachStep()
    {
        World.Run(async () =>
        {
            var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await (await RegisterAsync(alice, "alice")).DisposeAsync();
            await server.DisposeAsync();

            var kinds = new List<SipTestServerEventKind>();
            await foreach (var one in server.EventsAsync())
            {
                one.Method.Should().Be(SipMethod.Register);
                one.Uri.Should().Be(UriOf("alice"));
                kinds.Add(one.Kind);
            }

            kinds.Should().Equal(SipTestServerEventKind.Challenged, SipTestServerEventKind.Registered, SipTestServerEventKind.Unregistered);
        });
    }
}
