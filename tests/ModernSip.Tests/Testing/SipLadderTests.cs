using System.Text;
using ModernSip.Diagnostics;
using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SipLadderTests : SipSimulatedNetworkTestBase
{
    [Fact]
    public void Render_ACall_LooksLikeThis()
    {
        SipLadderRow[] rows =
        [
            new(TimeSpan.Zero, "alice", "proxy", "INVITE"),
            new(TimeSpan.FromMilliseconds(1), "proxy", "bob", "INVITE") { IsLost = true },
            new(TimeSpan.FromMilliseconds(501), "proxy", "bob", "INVITE"),
            new(TimeSpan.FromMilliseconds(502), "bob", "proxy", "200 OK (INVITE)"),
            new(TimeSpan.FromMilliseconds(503), "proxy", "alice", "200 OK (INVITE)"),
            new(TimeSpan.FromMilliseconds(12_504), "alice", "bob", "ACK"),
        ];

        new SipLadder(rows).ToString().Should().Be(
            "                   alice                  proxy                   bob\n" +
            "    0.000            |------- INVITE ------>|                      |\n" +
            "    0.001            |                      |------- INVITE ------x|\n" +
            "    0.501            |                      |------- INVITE ------>|\n" +
            "    0.502            |                      |<- 200 OK (INVITE) ---|\n" +
            "    0.503            |<- 200 OK (INVITE) ---|                      |\n" +
            "   12.504            |-------------------- ACK ------------------->|\n");
    }

    [Fact]
    public void Render_NotesAndRepeats_StandBesideTheirMessages()
    {
        SipLadderRow[] rows =
        [
            new(TimeSpan.Zero, "alice", "alice", "looked up example.com: 192.0.2.1 UDP, which is longer than the column is wide"),
            new(TimeSpan.FromMilliseconds(1), "alice", "bob", "OPTIONS"),
            new(TimeSpan.FromMilliseconds(501), "alice", "bob", "OPTIONS") { Note = "again (2)" },
        ];

        new SipLadder(rows).ToString().Should().Be(
            "                alice            bob\n" +
            "    0.000         | (looked up example.com: 192.0.2.1 UDP, which is longer than the column is wide)\n" +
            "    0.001         |--- OPTIONS -->|\n" +
            "    0.501         |--- OPTIONS -->|  again (2)\n");
    }

    [Fact]
    public void Join_TwoLadders_CountsFromTheFirst()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var first = new SipLadder([new(TimeSpan.Zero, "a", "b", "REGISTER"), new(TimeSpan.FromSeconds(5), "b", "a", "200 OK (REGISTER)")], start);
        var second = new SipLadder([new(TimeSpan.Zero, "a", "c", "INVITE")], start.AddSeconds(2));

        var joined = SipLadder.Join(second, first).Rename("a", "alice");

        joined.Start.Should().Be(start);
        joined.Rows.Select(static row => (row.At.TotalSeconds, row.From, row.To, row.Label)).Should().Equal(
            (0, "alice", "b", "REGISTER"), (2, "alice", "c", "INVITE"), (5, "b", "alice", "200 OK (REGISTER)"));
        joined.Columns.Should().Equal("alice", "b", "c");
    }

    [Fact]
    public void Render_NoRow_IsEmpty() => SipLadder.Empty.ToString().Should().BeEmpty();

    [Fact]
    public void Render_CapturedPackets_NamesHostsAndMarksLost() => Simulation.Run(async () =>
    {
        var (alice, bob) = (await Udp(Alice), await Udp(Bob));
        Send(await alice.ConnectAsync(bob.Local), "OPTIONS sip:bob@10.0.0.2 SIP/2.0\r\n\r\n");
        await Quiet();
        Network.Disconnect(Alice, Bob);
        Send(bob.Flows[0], "SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n");

        var ladder = Network.Explain(new Dictionary<string, string> { ["10.0.0.1"] = "alice" }).ToString();

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
