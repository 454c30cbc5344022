using System.Collections.Concurrent;
using System.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Diagnostics;

/// <summary>The activities of transactions (docs/observing.md). Other tests run beside these, so each looks at its own Call-ID alone.</summary>
public sealed class ActivityTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly ActivityListener _listener;
    private readonly ActivitySource _application = new("ModernSip.ScenarioTests");

    public ActivityTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "ModernSip" or "ModernSip.ScenarioTests",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _application.Dispose();
    }

    [Fact]
    public void Options_Answered_HasAnActivityAtEachSideAndTheCallersAsParent()
    {
        var world = new World(seed: 20_261_125);
        var (callId, parent) = ("", default(ActivityTraceId));
        world.Run(async () =>
        {
            await using var there = await world.CreateClient("10.0.0.2").ConnectAsync();
            await using var here = await world.CreateClient("10.0.0.1").ConnectAsync();
            using var doing = _application.StartActivity("ask")!;
            var asking = here.SendAsync(SipRequest.Options("sip:bob@10.0.0.2"!));
            (callId, parent) = (asking.Request.Headers.CallId!, doing.TraceId);
            (await asking.FinalAsync()).StatusCode.Should().Be(200);
            Activity.Current.Should().BeSameAs(doing, "the stack leaves the application's own alone");
        });

        var (client, server) = (Of(callId, ActivityKind.Client), Of(callId, ActivityKind.Server));
        (client.DisplayName, client.TraceId, client.Status).Should().Be(("SIP OPTIONS", parent, ActivityStatusCode.Unset));
        client.TagObjects.Should().Contain(
            [
                new("sip.request.method", "OPTIONS"), new("sip.response.status_code", 200), new("network.protocol.name", "sip"),
                new("network.transport", "udp"), new("network.peer.address", "10.0.0.2"), new("network.peer.port", 5060),
            ]);
        server.Parent.Should().BeNull();
        server.GetTagItem("network.peer.address").Should().Be("10.0.0.1");
        server.GetTagItem("sip.response.status_code").Should().Be(200);
    }

    [Fact]
    public void Message_Unanswered_TellsRetransmissionsAndTheTimeout()
    {
        var world = new World(seed: 20_261_125);
        var callId = "";
        world.Run(async () =>
        {
            await RawPeer.BindAsync(world, "10.0.0.2");
            await using var here = await world.CreateClient("10.0.0.1").ConnectAsync();
            var sending = here.SendAsync(SipRequest.Message("sip:bob@10.0.0.2"!, "hello"));
            callId = sending.Request.Headers.CallId!;
            await sending.Awaiting(static one => one.FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
        });

        var client = Of(callId, ActivityKind.Client);
        (client.Status, client.GetTagItem("error.type")).Should().Be((ActivityStatusCode.Error, "timeout"));
        client.Events.Should().HaveCount(10).And.OnlyContain(static one => one.Name == "sip.retransmission");
    }

    [Theory]
    [InlineData(404, ActivityStatusCode.Error, ActivityStatusCode.Unset)]
    [InlineData(503, ActivityStatusCode.Error, ActivityStatusCode.Error)]
    public void Invite_Refused_IsTheCallersErrorAndTheServersOnlyWhereItFailed(int status, ActivityStatusCode caller, ActivityStatusCode callee)
    {
        var world = new World(seed: 20_261_125);
        var callId = "";
        world.Run(async () =>
        {
            await using var there = await world.CreateClient("10.0.0.2").ConnectAsync();
            await using var here = await world.CreateClient("10.0.0.1").ConnectAsync();
            var refusing = RefuseAsync(there, status);
            await using var call = here.CreateInviteDialog("sip:bob@10.0.0.2"!);
            (await call.SendInviteAsync(SipContent.Sdp(Sessions.Scene.Offer)).FinalAsync()).StatusCode.Should().Be(status);
            callId = call.CallId!;
            await refusing;
        });

        (Of(callId, ActivityKind.Client).Status, Of(callId, ActivityKind.Server).Status).Should().Be((caller, callee));
    }

    private static async Task RefuseAsync(SipConnection connection, int status)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            await incoming.RespondAsync(status);
            break;
        }
    }

    private Activity Of(string callId, ActivityKind kind) => _stopped.Where(activity => activity.Kind == kind && Equals(activity.GetTagItem("sip.call_id"), callId)).Should().ContainSingle().Subject;
}
