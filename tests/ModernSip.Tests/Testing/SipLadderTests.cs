using System.Text;
using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SipLadderTests : SipSimulatedNetworkTestBase
{
    [Fact]
    public void Render_ACall_LooksLikeThis()
    {
        SipLadderEntry[] entries =
        [
            new(TimeSpan.Zero, "alice", "proxy", "INVITE"),
            new(TimeSpan.FromMilliseconds(1), "proxy", "bob", "INVITE", IsLost: true),
            new(TimeSpan.FromMilliseconds(501), "proxy", "bob", "INVITE"),
            new(TimeSpan.FromMilliseconds(502), "bob", "proxy", "200 OK (INVITE)"),
            new(TimeSpan.FromMilliseconds(503), "proxy", "alice", "200 OK (INVITE)"),
            new(TimeSpan.FromMilliseconds(12_504), "alice", "bob", "ACK"),
        ];

        SipLadder.Render(entries).Should().Be(
            "                   alice                  proxy                   bob\n" +
            "    0.000            |------- INVITE ------>|                      |\n" +
            "    0.001            |                      |------- INVITE ------x|\n" +
            "    0.501            |                      |------- INVITE ------>|\n" +
            "    0.502            |                      |<- 200 OK (INVITE) ---|\n" +
            "    0.503            |<- 200 OK (INVITE) ---|                      |\n" +
            "   12.504            |-------------------- ACK ------------------->|\n");
    }

    [Fact]
    public void Render_NoEntry_IsEmpty() => SipLadder.Render(Array.Empty<SipLadderEntry>()).Should().BeEmpty();

    [Fact]
    public void Render_CapturedPackets_NamesHostsAndMarksLost() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        Send(await alice.ConnectAsync(bob.Local), "OPTIONS sip:bob@10.0.0.2 SIP/2.0\r\n\r\n");
        await Quiet();
        Network.Disconnect(Alice, Bob);
        Send(bob.Flows[0], "SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n");

        var ladder = SipLadder.Render(Network.Captured, new Dictionary<string, string> { ["10.0.0.1"] = "alice" });

        var lines = ladder.Split('\n');
        lines[0].Should().Contain("alice").And.Contain("10.0.0.2:5060");
        lines[1].Should().MatchRegex(@"0\.000 +\|-+ OPTIONS -+>\|$");
        lines[2].Should().MatchRegex(@"1\.000 +\|x-+ 200 OK \(OPTIONS\) -+\|$");
    });

    [Theory]
    [InlineData("INVITE sip:bob@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n", "INVITE")]
    [InlineData("SIP/2.0 180 Ringing\r\nVia: x\r\ncseq :  7   INVITE\r\n\r\n", "180 Ringing (INVITE)")]
    [InlineData("SIP/2.0 200 OK\r\n\r\nCSeq: 1 BYE\r\n", "200 OK")]
    [InlineData("SIP/2.0 200 OK\nCSeq: 1 BYE\n\n", "200 OK (BYE)")]
    [InlineData("SIP/2.0 200 \u001b[31mred\r\n\r\n", "200 ?[31mred")]
    [InlineData("\r\n\r\n", "(keep-alive)")]
    [InlineData("", "(empty)")]
    [InlineData("what is this", "(12 octets)")]
    [InlineData("SIP/2.0 200 OK\r\nCSeq:\r\n", "200 OK")]
    public void Label_OfAMessage_NamesIt(string message, string label) =>
        SipLadder.Label(Encoding.UTF8.GetBytes(message)).Should().Be(label);
}
