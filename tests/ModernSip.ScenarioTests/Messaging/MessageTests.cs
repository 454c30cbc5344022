using System.Text;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Messaging;

/// <summary>MESSAGE outside of calls (RFC 3428), by its sections.</summary>
public sealed class MessageTests
{
    [Fact, Trait("Req", "B1"), Trait("Section", "RFC 3428 4")]
    public void Section4_Send_NamesNoContactAndMakesNoDialog() => Run(async (world, connection, peer) =>
    {
        var sending = connection.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "Watson, come here."));
        var message = await peer.RequestAsync(SipMethod.Message);
        message.Headers.Contains("Contact").Should().BeFalse("a MESSAGE makes no dialog");
        (message.Content!.MediaType, message.Content.GetText()).Should().Be((SipMediaType.PlainText, "Watson, come here."));
        peer.Respond(message, 200, "b", static headers => headers["Contact"] = "<sip:bob@10.0.0.2>");
        (await sending.FinalAsync()).StatusCode.Should().Be(200);

        // What the peer takes for a dialog is none here.
        var inDialog = peer.CreateFromCallee(SipMethod.Message, WithContact(message, "10.0.0.1:5060"), "b", 1);
        await peer.SendAsync(inDialog, "10.0.0.1");
        (await peer.FinalAsync(message.Headers.CallId!)).StatusCode.Should().Be(481);
    });

    [Theory, Trait("Req", "B1"), Trait("Section", "RFC 3428 5")]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(480)]
    public void Section5_Answer_IsAwaitedWhateverItIs(int status) => Run(async (world, connection, peer) =>
    {
        var sending = connection.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello"));
        peer.Respond(await peer.RequestAsync(SipMethod.Message), status, "b");
        (await sending.FinalAsync()).StatusCode.Should().Be(status);
    });

    [Fact, Trait("Req", "B4"), Trait("Section", "RFC 3428 7")]
    public void Section7_Receive_The2xxHasNeitherContactNorBody() => Run(async (world, connection, peer) =>
    {
        var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        await peer.SendAsync(Text(peer, "hello"), "10.0.0.1");
        (await incoming.MoveNextAsync()).Should().BeTrue();
        incoming.Current.Request.Content!.GetText().Should().Be("hello");
        await incoming.Current.RespondAsync(SipStatus.Ok);
        var answer = await peer.ResponseAsync(200);
        (answer.Headers.Contains("Contact"), answer.Body.IsEmpty, answer.Headers.To!.Tag is null).Should().Be((false, true, false));
    });

    /// <summary>A message that UDP's path could cut goes over a transport that controls congestion.</summary>
    [Fact, Trait("Req", "B1"), Trait("Section", "RFC 3428 8")]
    public void Section8_LongerThan1300_IsNotSentOverUdp()
    {
        var world = new World();
        world.Run(async () =>
        {
            var (udp, tcp) = (await RawPeer.BindAsync(world, "10.0.0.2"), await RawPeer.BindAsync(world, "10.0.0.2", tcp: true));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var sending = connection.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", new string('x', 1_300)));
            tcp.Respond(await tcp.RequestAsync(SipMethod.Message), 200, "b");
            (await sending.FinalAsync()).StatusCode.Should().Be(200);
            udp.Received.Should().BeEmpty();
        });
    }

    /// <summary>Delivery reports and CPIM wrappings are the application's: they pass octet by octet, both ways (RFC 5438, RFC 3862).</summary>
    [Theory, Trait("Req", "B1"), Trait("Req", "B4")]
    [InlineData("message/imdn+xml", "<?xml version=\"1.0\"?>\r\n<imdn xmlns=\"urn:ietf:params:xml:ns:imdn\"><message-id>34jk</message-id></imdn>")]
    [InlineData("message/cpim", "From: <im:a@example.com>\r\nNS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk\r\n\r\nContent-type: text/plain\r\n\r\n\0\u00e9")]
    public void Body_OfReportsAndWrappings_PassesThrough(string type, string body) => Run(async (world, connection, peer) =>
    {
        var octets = Encoding.UTF8.GetBytes(body);
        var sending = connection.SendAsync(new SipRequest(SipMethod.Message, "sip:bob@10.0.0.2") { Content = new SipContent(SipMediaType.Parse(type), octets) });
        var sent = await peer.RequestAsync(SipMethod.Message);
        peer.Respond(sent, 200, "b");
        await sending.FinalAsync();
        (sent.Headers["Content-Type"], Convert.ToHexString(sent.Body.Span)).Should().Be((type, Convert.ToHexString(octets)));

        var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        var back = peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        back.Content = new SipContent(SipMediaType.Parse(type), octets);
        await peer.SendAsync(back, "10.0.0.1");
        await incoming.MoveNextAsync();
        Convert.ToHexString(incoming.Current.Request.Content!.Octets.Span).Should().Be(Convert.ToHexString(octets));
        await incoming.Current.RespondAsync(SipStatus.Ok);
    });

    private static SipRequest Text(RawPeer peer, string text)
    {
        var message = peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        message.Content = SipContent.PlainText(text);
        return message;
    }

    private static SipRequest WithContact(SipRequest message, string host)
    {
        var copy = new SipRequest(message.Method, message.RequestUri);
        foreach (var name in new[] { "From", "To", "Call-ID" }) copy.Headers[name] = message.Headers[name];
        copy.Headers["Contact"] = $"<sip:alice@{host}>";
        return copy;
    }

    private static void Run(Func<World, SipConnection, RawPeer, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await RawPeer.BindAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await test(world, connection, peer);
        });
    }
}
