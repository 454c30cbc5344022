using Microsoft.Extensions.DependencyInjection;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Testing;

namespace ModernSip.ApiTests.Examples;

/// <summary>Examples that go on until they are stopped, and what others see of them.</summary>
public sealed class RunningExampleTests
{
    private static readonly SipContent Offer = SipContent.Sdp("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");

    [Fact]
    public async Task AnswerCalls_Called_AnswersAndHangsUpAfterAWhile()
    {
        using var example = new RunningExample("AnswerCalls", "--Sip:LocalAddress=127.0.0.1:0", "--HoldSeconds=1");
        var address = (await example.WaitForAsync("waiting at")).Split(' ')[^1];
        await using var services = CreateClient();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        await using var call = connection.CreateInviteDialog(SipUri.Parse($"sip:any@{address}"));

        var answer = await call.SendInviteAsync(Offer).FinalAsync();

        answer.Status.Should().Be(SipStatus.Ok);
        (await call.Completion).Cause.Should().Be(Sessions.SipDialogEnd.RemoteBye);
        await example.WaitForAsync("is gone: LocalBye");
        (await example.StopAsync()).Should().Be(0);
    }

    [Fact]
    public async Task StayRegistered_StartedAndStopped_RegistersAndUnregisters()
    {
        await using var server = await SipTestServer.StartAsync(new SipTestServerOptions { Accounts = { ["alice"] = "secret" } });
        using var example = new RunningExample(
            "StayRegistered", $"--Sip:Profiles:0:AddressOfRecord={server.UriOf("alice")}", "--Sip:Profiles:0:Password=secret", "--Sip:LocalAddress=127.0.0.1");
        await example.WaitForAsync("Registered");
        server.Bindings.Should().ContainKey("alice");

        (await example.StopAsync()).Should().Be(0);

        server.Bindings.Should().NotContainKey("alice");
    }

    [Fact]
    public async Task WatchPresence_StateChanges_ShowsItAndUnsubscribesAtTheEnd()
    {
        await using var services = CreateClient("presence");
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var example = new RunningExample("WatchPresence", $"sip:bob@{connection.LocalEndPoints[0]}");
        await using var requests = connection.IncomingAsync().GetAsyncEnumerator();
        (await requests.MoveNextAsync()).Should().BeTrue();
        await using var notifier = await ((SipIncomingSubscribe)requests.Current).AcceptAsync(new() { Content = Presence(isOpen: true) });
        await example.WaitForAsync("is there");
        await notifier.NotifyAsync(Presence(isOpen: false));
        await example.WaitForAsync("is away");

        (await example.StopAsync(byCtrlC: true)).Should().Be(0);

        (await notifier.Completion).Ending.Should().Be(Subscriptions.SipNotifierEnding.Unsubscribed);
    }

    [Fact]
    public async Task TransferACall_CalleeFollows_TellsTheProgressAndHangsUp()
    {
        await using var server = await SipTestServer.StartAsync();
        await using var services = CreateClient();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var example = new RunningExample("TransferACall", $"sip:bob@{connection.LocalEndPoints[0]}", server.UriOf("echo").ToString());
        await using var calls = connection.IncomingAsync().GetAsyncEnumerator();
        (await calls.MoveNextAsync()).Should().BeTrue();
        await using var call = await ((SipIncomingInvite)calls.Current).AcceptAsync(Offer);
        await using var requests = call.IncomingAsync().GetAsyncEnumerator();
        (await requests.MoveNextAsync()).Should().BeTrue();

        await using var referral = await ((SipIncomingRefer)requests.Current).AcceptAsync();
        await using var followed = await referral.FollowAsync(Offer);

        await example.WaitForAsync("transfer: 200");
        await example.WaitForAsync("ended: ");
        (await call.Completion).EndedBy.Should().Be(Sessions.SipDialogSide.Peer);
    }

    private static SipContent Presence(bool isOpen) =>
        new SipPresence { Entity = "sip:bob@example.com", Tuples = [new SipPresenceTuple("t1", isOpen)] }.ToContent();

    private static ServiceProvider CreateClient(string? package = null) => new ServiceCollection()
        .AddSipClient(options =>
        {
            options.LocalAddress = "127.0.0.1";
            if (package is not null) options.Capabilities.EventPackages.Add(package);
        })
        .BuildServiceProvider();
}
