using System.Diagnostics.Metrics;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Routing;

/// <summary>What the stack answers by itself: the status, the header fields that the RFCs demand with it, and that it can be watched.</summary>
public sealed class AutomaticAnswerTests
{
    /// <summary>A request, the answer to it, and the header field that must be there.</summary>
    public static TheoryData<string, int, string?> Answers => new()
    {
        { "unknown user", 404, null },
        { "method", 405, "Allow: INVITE" },
        { "accept", 406, null },
        { "body", 415, "Accept: application/sdp" },
        { "encoding", 415, "Accept-Encoding: identity" },
        { "scheme", 416, null },
        { "require", 420, "Unsupported: x-unknown" },
        { "nobody listens", 480, null },
        { "bye", 481, null },
        { "in dialog", 481, null },
        { "cancel", 481, null },
        { "merged", 482, null },
        { "media", 488, "Warning: 304" },
        { "event", 489, "Allow-Events: presence" },
        { "unknown method", 501, "Allow: INVITE" },
        { "version", 505, null },
        { "cseq", 400, null },
    };

    [Theory, MemberData(nameof(Answers)), Trait("Req", "G2"), Trait("Req", "G4")]
    public void Request_ThatNobodyCanTake_IsAnsweredAndReported(string what, int status, string? field) => RoutingWorld.Run(
        async world =>
        {
            var counted = new List<int>();
            using var listener = Count(counted);
            await using var watching = world.Diagnostics.AutomaticAnswersAsync().GetAsyncEnumerator();
            if (what == "nobody listens") await world.ConnectAsync("one");
            else await world.ListenAsync("one");
            var response = await ProvokeAsync(world, what);

            response.StatusCode.Should().Be(status);
            response.Headers.To!.Tag.Should().NotBeNull("RFC 3261 §8.2.6.2");
            if (field?.Split(": ") is [var name, var value]) response.Headers[name].Should().Contain(value);
            (await watching.MoveNextAsync()).Should().BeTrue();
            watching.Current.StatusCode.Should().Be(status);
            watching.Current.Reason.Should().NotBeEmpty();
            watching.Current.CallId.Should().Be(response.Headers.CallId);
            watching.Current.RemoteEndPoint.ToString().Should().Be("10.0.0.5:5060");
            counted.Should().Contain(status);
        },
        ("one", static options =>
        {
            options.Capabilities.Addresses.Add("sip:service@example.com");
            options.Capabilities.EventPackages.Add("presence");
            options.Capabilities.Media.Add("audio");
        }));

    [Fact, Trait("Req", "G2"), Trait("Req", "G4")]
    public void Forward_NoHopsLeft_Is483AndReported() => RoutingWorld.Run(
        async world =>
        {
            var (connection, incoming) = await world.ListenAsync("one");
            await using var watching = world.Diagnostics.AutomaticAnswersAsync().GetAsyncEnumerator();
            await using var reading = incoming.GetAsyncEnumerator();
            var response = world.SendAsync(SipMethod.Message, change: static request => request.Headers.MaxForwards = 0);
            (await reading.MoveNextAsync()).Should().BeTrue();
            (await connection.ForwardAsync(reading.Current, "sip:10.0.0.7")).StatusCode.Should().Be(483);
            (await response).StatusCode.Should().Be(483);
            (await response).Headers.To!.Tag.Should().NotBeNull();
            (await watching.MoveNextAsync()).Should().BeTrue();
            watching.Current.StatusCode.Should().Be(483);
        },
        ("one", static _ => { }));

    [Fact, Trait("Req", "G2")]
    public void Request_ThatArrivesWithItsLastHop_IsDelivered() => RoutingWorld.Run(
        static async world =>
        {
            await world.AnswerAsync("one");
            (await world.WhoAsync(SipMethod.Message, change: static request => request.Headers.MaxForwards = 0)).Should().Be("one", "an endpoint goes no hop further (RFC 4475 §3.3.11)");
        },
        ("one", static _ => { }));

    [Fact, Trait("Req", "G2")]
    public void Requests_BeyondWhatMayWait_Get503WithRetryAfter() => RoutingWorld.Run(
        async world =>
        {
            await world.ListenAsync("one");
            await world.Peer.SendAsync(world.Peer.Create(SipMethod.Message, "sip:service@10.0.0.1"), "10.0.0.1");
            var response = await world.SendAsync(SipMethod.Message);
            response.StatusCode.Should().Be(503);
            response.Headers["Retry-After"].Should().NotBeNull();
        },
        ("one", static options => options.MaxWaitingRequests = 1));

    [Fact, Trait("Req", "G4")]
    public void Watching_ByTwo_EachSeesWhatComesAfterItBegan() => RoutingWorld.Run(
        async world =>
        {
            await world.ConnectAsync("one");
            await using var early = world.Diagnostics.AutomaticAnswersAsync().GetAsyncEnumerator();
            await world.SendAsync(SipMethod.Message);
            await using var late = world.Diagnostics.AutomaticAnswersAsync().GetAsyncEnumerator();
            await world.SendAsync(SipMethod.Info);
            var seen = new List<string>();
            foreach (var reader in new[] { early, early, late })
            {
                (await reader.MoveNextAsync()).Should().BeTrue();
                seen.Add(reader.Current.Method);
            }

            seen.Should().Equal("MESSAGE", "INFO", "INFO");
        },
        ("one", static _ => { }));

    private static Task<SipResponse> ProvokeAsync(RoutingWorld world, string what) => what switch
    {
        "unknown user" => world.SendAsync(SipMethod.Message, "sip:stranger@10.0.0.1"),
        "method" => world.SendAsync(SipMethod.Register),
        "accept" => world.SendAsync(SipMethod.Invite, change: static request => request.Headers["Accept"] = "text/plain"),
        "body" => world.SendAsync(SipMethod.Invite, change: static request => request.Content = SipContent.PlainText("hello")),
        "encoding" => world.SendAsync(SipMethod.Message, change: static request =>
        {
            request.Content = SipContent.PlainText("hello");
            request.Headers["Content-Encoding"] = "gzip";
        }),
        "scheme" => world.SendAsync(SipMethod.Message, "urn:service:sos"),
        "require" => world.SendAsync(SipMethod.Message, change: static request => request.Headers["Require"] = "x-unknown"),
        "nobody listens" => world.SendAsync(SipMethod.Message),
        "bye" => world.SendAsync(SipMethod.Bye),
        "in dialog" => world.SendAsync(SipMethod.Info, change: static request => request.Headers["To"] = "<sip:service@10.0.0.1>;tag=gone"),
        "cancel" => world.SendAsync(SipMethod.Cancel),
        "merged" => MergeAsync(world),
        "media" => world.SendAsync(SipMethod.Invite, change: static request => request.Content = SipContent.Sdp("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 34\r\n")),
        "event" => world.SendAsync(SipMethod.Subscribe, change: static request => request.Headers["Event"] = "dialog"),
        "unknown method" => world.SendAsync(new SipMethod("JUGGLE")),
        "version" => SendTextAsync(world, static text => text.Replace("MESSAGE sip:service@10.0.0.1 SIP/2.0", "MESSAGE sip:service@10.0.0.1 SIP/7.0", StringComparison.Ordinal)),
        "cseq" => SendTextAsync(world, static text => text.Replace("CSeq: 1 MESSAGE", "CSeq: 1 OPTIONS", StringComparison.Ordinal)),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    /// <summary>The same request by two ways: other branch, same tag, Call-ID and CSeq (RFC 3261 §8.2.2.2).</summary>
    private static async Task<SipResponse> MergeAsync(RoutingWorld world)
    {
        var first = world.Peer.Create(SipMethod.Message, "sip:service@10.0.0.1");
        await world.Peer.SendAsync(first, "10.0.0.1");
        SipMessage.TryParse(first.ToOctets(), out var second, out _).Should().BeTrue();
        second!.Headers["Via"] = "SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bK-other;rport";
        await world.Peer.SendAsync(second, "10.0.0.1");
        return await world.Peer.FinalAsync(second.Headers.CallId!);
    }

    private static async Task<SipResponse> SendTextAsync(RoutingWorld world, Func<string, string> change)
    {
        var request = world.Peer.Create(SipMethod.Message, "sip:service@10.0.0.1");
        await world.Peer.SendOctetsAsync(System.Text.Encoding.UTF8.GetBytes(change(System.Text.Encoding.UTF8.GetString(request.ToOctets()))), "10.0.0.1");
        return await world.Peer.FinalAsync(request.Headers.CallId!);
    }

    private static MeterListener Count(List<int> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listening) =>
            {
                if (instrument.Name == "modernsip.answers.automatic") listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == "sip.response.status_code") lock (counted) counted.Add((int)value!);
            }
        });
        listener.Start();
        return listener;
    }
}
