using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Refreshing;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

public sealed class UpdateTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Fact, Trait("Req", "C1"), Trait("Req", "C7")]
    public void Register_SeveralContacts_AreBoundTogetherAndTheShortestCounts()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = static request => Accept(request);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var options = new SipRegistrationOptions { AddressOfRecord = Alice, OtherContacts = { "<sip:mailbox@10.0.0.50>;expires=120" } };
            var registration = await connection.RegisterAsync(options);
            Contacts(registrar.Requests[0]).Should().Equal("sip:alice@10.0.0.1:5060", "sip:mailbox@10.0.0.50");
            registration.Granted.Should().Be(TimeSpan.FromSeconds(120));
            registration.Binding!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1:5060"));
            await registration.DisposeAsync();
            var removal = registrar.Requests[^1].Headers;
            removal.Expires.Should().Be(0);
            removal.GetAll(SipHeaderNames.Contact).Select(static contact => contact.Parameters["expires"]).Should().Equal(null, "0");
        });
    }

    [Fact, Trait("Req", "C7")]
    [Trait("Idea", "14")]
    public void Update_ContactsAndExpiry_ReplaceWhatWasBound()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = static request => Accept(request);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            await registration.UpdateAsync(["<sip:alice@10.0.0.1:5070>"], TimeSpan.FromSeconds(200));
            var update = registrar.Requests[^1];
            update.Headers.Expires.Should().Be(200);
            update.Headers.GetAll(SipHeaderNames.Contact).Select(static contact => contact.ToString())
                .Should().Equal("<sip:alice@10.0.0.1:5070>", "<sip:alice@10.0.0.1:5060>;expires=0");
            registration.Granted.Should().Be(TimeSpan.FromSeconds(200));
            registration.Binding!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1:5070"));
            await world.Pass(180);
            registrar.Requests.Should().HaveCount(3);
            Contacts(registrar.Requests[^1]).Should().Equal("sip:alice@10.0.0.1:5070");
        });
    }

    [Fact, Trait("Req", "C7"), Trait("Req", "C3")]
    public void Update_Refused_LeavesWhatWasBound()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => Accept(request)).Then(400);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(120) });
            var update = () => registration.UpdateAsync(["<sip:nobody@192.0.2.1>"]);
            (await update.Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(400);
            registration.IsActive.Should().BeTrue();
            await world.Pass(100);
            Contacts(registrar.Requests[^1]).Should().Equal("sip:alice@10.0.0.1:5060");
            var none = () => registration.UpdateAsync([]);
            await none.Should().ThrowAsync<ArgumentException>();
        });
    }

    [Fact, Trait("Req", "C3"), Trait("Req", "B6")]
    public void Refresh_RegistrarIsAwayForLong_LapsesIsTriedAgainAndComesBack()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(120) });
            var events = CollectAsync(registration);
            registrar.Default = static _ => null;
            await world.Pass(600);
            registration.IsActive.Should().BeFalse();
            (registration.Refresh.State, registration.Refresh.Remaining).Should().Be((SipRefreshState.Lapsed, TimeSpan.Zero));
            registration.Refresh.LastFailure.Should().BeOfType<SipTimeoutException>();
            registrar.Default = static request => Accept(request);
            await world.Pass(600);
            registration.IsActive.Should().BeTrue();
            registration.Refresh.LastFailure.Should().BeNull();
            registration.Refresh.DueIn.Should().BeGreaterThan(TimeSpan.Zero);
            await registration.DisposeAsync();
            var seen = await events;
            seen.Select(static one => one.State).Where(static state => state is not (SipRegistrationState.Retrying or SipRegistrationState.Refreshed))
                .Should().Equal(SipRegistrationState.Active, SipRegistrationState.Inactive, SipRegistrationState.Active, SipRegistrationState.Inactive);
            seen.Where(static one => one.State is SipRegistrationState.Retrying).Should().HaveCountGreaterThan(3).And.OnlyContain(static one => one.RetryIn > TimeSpan.Zero && one.Cause != null);
        });
    }

    [Fact, Trait("Req", "C3")]
    public void Register_WithoutAutoRefresh_LapsesAndSaysSo()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(60), AutoRefresh = false });
            var events = CollectAsync(registration);
            await world.Pass(61);
            registration.IsActive.Should().BeFalse();
            await registration.RefreshAsync();
            registration.IsActive.Should().BeTrue("by hand it can be had back");
            await registration.DisposeAsync();
            (await events).Select(static one => one.State).Should().Equal(SipRegistrationState.Active, SipRegistrationState.Inactive, SipRegistrationState.Active, SipRegistrationState.Inactive);
            registrar.Requests.Should().HaveCount(3);
        });
    }

    [Fact, Trait("Req", "C2")]
    public void Refresh_ByHandWhileItBacksOff_TakesTheTurnAndOneIsInFlight()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => Accept(request)).Then(500).Then(500).Then(500).Then(500);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Expires = TimeSpan.FromSeconds(120) });
            await world.Pass(90 + (30 + 60 + 120));
            var before = registrar.Requests.Count;
            registrar.Default = static _ => null; // in flight now, for 32 s
            var first = registration.RefreshAsync();
            var second = registration.RefreshAsync();
            await world.Pass(5);
            registrar.Requests.Should().HaveCount(before + 1, "the second waits for the first");
            registrar.Default = static request => Accept(request);
            var failing = () => first;
            await failing.Should().ThrowAsync<SipTimeoutException>();
            await second;
            registration.IsActive.Should().BeTrue();
            var count = registrar.Requests.Count;
            await world.Pass(60);
            registrar.Requests.Should().HaveCount(count, "the back-off ended with the success by hand");
        });
    }

    private static IEnumerable<string> Contacts(SipRequest request) => request.Headers.GetAll(SipHeaderNames.Contact).Select(static contact => contact.Uri.ToString());

    /// <summary>Lists every contact that is not to be removed, with its own time or that of the request.</summary>
    private static SipResponse Accept(SipRequest request)
    {
        var response = AnsweringPeer.Respond(request, SipStatus.Ok);
        foreach (var contact in request.Headers.GetAll(SipHeaderNames.Contact))
        {
            var seconds = contact.Parameters["expires"] ?? $"{request.Headers.Expires}";
            if (seconds != "0") response.Headers.Add("Contact", contact.WithParameter("expires", seconds).ToString());
        }

        return response;
    }

    private static async Task<List<SipRegistrationEvent>> CollectAsync(SipRegistration registration)
    {
        var list = new List<SipRegistrationEvent>();
        await foreach (var item in registration.EventsAsync()) list.Add(item);
        return list;
    }
}
