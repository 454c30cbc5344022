using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Refreshing;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Publications;

/// <summary>PUBLISH and its entity tags (RFC 3903 §4, §5).</summary>
public sealed class PublicationTests
{
    [Fact, Trait("Req", "E5"), Trait("Req", "B6"), Trait("Section", "RFC 3903 4.1")]
    public void Publish_RefreshModifyRemove_EachUnderTheLastTag() => Run(async (world, compositor, connection) =>
    {
        var publication = await connection.PublishAsync(new() { Expires = TimeSpan.FromSeconds(100) }, SipContent.PlainText("one"));
        publication.EntityTag.Should().Be("tag1");
        await world.Pass(100);
        publication.EntityTag.Should().Be("tag2");
        await publication.ModifyAsync(SipContent.PlainText("two"));
        await publication.RemoveAsync();

        compositor.Requests.Select(Shape).Should().Equal(
            "presence 100 - one",      // initial (§4.2)
            "presence 100 tag1 -",     // refresh (§4.3)
            "presence 100 tag2 two",   // modify (§4.4)
            "presence 0 tag3 -");      // remove (§4.5)
        compositor.Requests[0].RequestUri.Should().Be(SipUri.Parse("sip:alice@10.0.0.9"));
        await publication.Completion;
        await publication.DisposeAsync();
        var later = () => publication.ModifyAsync(SipContent.PlainText("three"));
        await later.Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Fact, Trait("Req", "E5"), Trait("Section", "RFC 3903 4.1")]
    public void Publish_412_IsPublishedAnewWithTheState() => Run(async (world, compositor, connection) =>
    {
        await using var publication = await connection.PublishAsync(new() { Expires = TimeSpan.FromSeconds(100) }, SipContent.PlainText("one"));
        compositor.Then(412);
        await world.Pass(100);
        compositor.Requests.Select(Shape).Should().Equal("presence 100 - one", "presence 100 tag1 -", "presence 100 - one");
        compositor.Then(412);
        await publication.ModifyAsync(SipContent.PlainText("two"));
        compositor.Requests.Skip(3).Select(Shape).Should().Equal("presence 100 tag3 two", "presence 100 - two");
    });

    [Fact, Trait("Req", "E5"), Trait("Section", "RFC 3903 4.2")]
    public void Publish_423_IsRepeatedWithMinExpires() => Run(async (world, compositor, connection) =>
    {
        compositor.Then(423, ("Min-Expires", "300"));
        await using var publication = await connection.PublishAsync(new() { Expires = TimeSpan.FromSeconds(20) }, SipContent.PlainText("one"));
        compositor.Requests.Select(Shape).Should().Equal("presence 20 - one", "presence 300 - one");
        publication.Refresh.Granted.Should().Be(TimeSpan.FromMinutes(5));
    });

    [Fact, Trait("Req", "E5"), Trait("Section", "RFC 3903 4.2")]
    public void Publish_Refused_Throws() => Run(async (world, compositor, connection) =>
    {
        compositor.Then(489);
        var publishing = () => connection.PublishAsync(new(), SipContent.PlainText("one"));
        (await publishing.Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(489);
    });

    [Fact, Trait("Req", "E5"), Trait("Section", "RFC 3903 4.4")]
    public void Modify_Refused_TheLastStateHolds() => Run(async (world, compositor, connection) =>
    {
        await using var publication = await connection.PublishAsync(new() { Expires = TimeSpan.FromSeconds(100) }, SipContent.PlainText("one"));
        compositor.Then(415);
        var modifying = () => publication.ModifyAsync(SipContent.PlainText("two"));
        await modifying.Should().ThrowAsync<SipResponseException>();
        await world.Pass(100);
        compositor.Requests.Select(Shape).Should().Equal("presence 100 - one", "presence 100 tag1 two", "presence 100 tag1 -");
    });

    [Fact, Trait("Req", "E5"), Trait("Section", "RFC 3903 4.3")]
    public void Refresh_Refused_EndsThePublicationWithTheResponse() => Run(async (world, compositor, connection) =>
    {
        await using var publication = await connection.PublishAsync(new() { Expires = TimeSpan.FromSeconds(100) }, SipContent.PlainText("one"));
        compositor.Then(403);
        await world.Pass(100);
        var error = (await publication.Completion.Awaiting(static task => task).Should().ThrowAsync<SipRefreshException>()).Which;
        (error.Method, error.Refresh, error.Response!.StatusCode).Should().Be((SipMethod.Publish, publication.Refresh, 403));
    });

    [Fact, Trait("Req", "E5"), Trait("Section", "RFC 3903 5")]
    public void Publish_TagThatIsNone_IsNotSentBack()
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var compositor = await ScriptedRegistrar.StartAsync(world);
                compositor.Default = static request => AnsweringPeer.Respond(request, 200, ("SIP-ETag", "a, X-Evil: 1"), ("Expires", "100"));
                await using var connection = await ConnectAsync(world);
                await using var publication = await connection.PublishAsync(new() { Expires = TimeSpan.FromSeconds(100) }, SipContent.PlainText("one"));
                publication.EntityTag.Should().BeNull();
                await world.Pass(100);
                compositor.Requests.Should().HaveCount(2).And.OnlyContain(static request => !request.Headers.Contains("SIP-If-Match") && !request.Body.IsEmpty);
            },
            TimeSpan.FromHours(1));
    }

    private static void Run(Func<World, ScriptedRegistrar, SipConnection, Task> test)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var compositor = await StartAsync(world);
                await using var connection = await ConnectAsync(world);
                await test(world, compositor, connection);
            },
            TimeSpan.FromHours(1));
    }

    private static string Shape(SipRequest request) =>
        $"{request.Headers["Event"]} {request.Headers.Expires} {request.Headers["SIP-If-Match"] ?? "-"} {request.Content?.GetText() ?? "-"}";

    private static Task<SipConnection> ConnectAsync(World world) =>
        world.CreateClient("10.0.0.1", static options => options.From = "sip:alice@10.0.0.9").ConnectAsync();

    /// <summary>A compositor that numbers its tags by the requests it saw.</summary>
    private static async Task<ScriptedRegistrar> StartAsync(World world)
    {
        var compositor = await ScriptedRegistrar.StartAsync(world);
        compositor.Default = request => AnsweringPeer.Respond(request, 200, ("SIP-ETag", $"tag{compositor.Requests.Count}"), ("Expires", $"{request.Headers.Expires}"));
        return compositor;
    }
}
