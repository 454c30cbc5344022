using System.Net;
using System.Text;
using ModernSip.Messages;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Server;

/// <summary>Whatever arrives, the server goes on.</summary>
public sealed class HostileInputTests : ServerWorld
{
    private static readonly IPEndPoint Server = new(IPAddress.Parse(ServerAddress), 5060);

    [Theory]
    [InlineData("not a message")]
    [InlineData("REGISTER sip:10.0.0.100 SIP/2.0\r\nContact: <sip:\r\n\r\n")]
    [InlineData("INVITE sip:echo@10.0.0.100 SIP/2.0\r\n{0}CSeq: 1 INVITE\r\n\r\n")] // no Contact: a call cannot be made of it
    [InlineData("INVITE sip:echo@10.0.0.100 SIP/2.0\r\n{0}CSeq: 1 INVITE\r\nContact: <sip:eve@10.0.0.66>\r\n\r\n")] // and no ACK will come
    [InlineData("REGISTER sip:10.0.0.100 SIP/2.0\r\n{0}CSeq: 1 REGISTER\r\nAuthorization: Digest username=\"alice\", realm=\"modernsip.test\", nonce=\"\", uri=\"sip:\", response=\"0\"\r\n\r\n")]
    [InlineData("MESSAGE sip:echo@10.0.0.100 SIP/2.0\r\n{0}CSeq: 1 MESSAGE\r\nContent-Length: 99\r\n\r\nshort")]
    [InlineData("ACK sip:echo@10.0.0.100 SIP/2.0\r\n{0}CSeq: 1 ACK\r\n\r\n")]
    [InlineData("CANCEL sip:echo@10.0.0.100 SIP/2.0\r\n{0}CSeq: 1 CANCEL\r\n\r\n")]
    public void Octets_Bad_ServerAnswersTheNextRequest(string text)
    {
        const string Headers = "Via: SIP/2.0/UDP 10.0.0.66;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:eve@10.0.0.66>;tag=1\r\nTo: <sip:10.0.0.100>\r\nCall-ID: 1\r\n";
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await using var eve = await World.Network.CreateHost("10.0.0.66").Udp.BindAsync(new IPEndPoint(IPAddress.Parse("10.0.0.66"), 5060), new Deaf(), CancellationToken.None);

            (await eve.ConnectAsync(new(Server), CancellationToken.None)).Send(Encoding.UTF8.GetBytes(text.Replace("{0}", Headers, StringComparison.Ordinal)));
            await World.Simulation.DelayAsync(TimeSpan.FromSeconds(40)); // longer than the server waits for any answer

            (await alice.SendAsync(SipRequest.Options(UriOf("echo"))).FinalAsync()).StatusCode.Should().Be(200);
            await using var registration = await RegisterAsync(alice, "alice");
            server.Bindings.Should().ContainKey("alice");
        });
    }

    [Theory]
    [InlineData("<sip:10.0.0.100>", 404)]
    [InlineData("<tel:+441632960000>", 404)]
    [InlineData("<sip:bob@10.0.0.100>", 403)]
    public void Register_ForWhatIsNotAlices_IsRefused(string to, int status)
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            var response = await SendRegisterAsync(alice, "alice", headers => headers.To = SipNameAddress.Parse(to));
            response.StatusCode.Should().Be(status);
            server.Bindings.Should().BeEmpty();
        });
    }

    [Fact]
    public void Contact_OfTheServerItself_EndsInALoopDetected()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await SendRegisterAsync(alice, "alice", headers => headers.Contact = new SipNameAddress(UriOf("alice")));
            (await alice.SendAsync(SipRequest.Message(UriOf("alice"), "hello")).FinalAsync()).StatusCode.Should().BeOneOf(482, 483);
        });
    }

    [Fact]
    public void Contact_Unreachable_CallerGetsAFailureInTheEnd()
    {
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var alice = await ConnectAsync("alice", "ecila");
            await SendRegisterAsync(alice, "alice", headers => headers.Contact = SipNameAddress.Parse("<sip:alice@10.9.9.9>"));
            (await alice.CreateInviteDialog(UriOf("alice")).SendInviteAsync(Descriptions.Audio).FinalAsync()).StatusCode.Should().BeOneOf(408, 503);
        });
    }

    /// <summary>Hears nothing, and so never acknowledges anything.</summary>
    private sealed class Deaf : ISipReceiver
    {
        public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
        {
            // See above.
        }

        public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason)
        {
            // See above.
        }

        public void OnClosed(SipFlow flow, Exception? error)
        {
            // See above.
        }
    }
}
