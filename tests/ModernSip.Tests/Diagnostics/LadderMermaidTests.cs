using ModernSip.Diagnostics;

namespace ModernSip.Tests.Diagnostics;

public sealed class LadderMermaidTests
{
    [Fact]
    public void ToMermaid_MessagesAndDecisions_AreArrowsAndNotes()
    {
        var ladder = new SipLadder(
        [
            new(TimeSpan.Zero, "alice", "10.0.0.2:5060", "INVITE"),
            new(TimeSpan.FromMilliseconds(500), "alice", "10.0.0.2:5060", "INVITE") { Note = "again", IsLost = true },
            new(TimeSpan.FromMilliseconds(1_500), "alice", "alice", "no answer"),
            new(TimeSpan.FromMilliseconds(1_501.25), "10.0.0.2:5060", "alice", "180 Ringing (INVITE)"),
        ]);

        ladder.ToMermaid().Should().Be(
            "sequenceDiagram\n    participant p0 as alice\n    participant p1 as 10.0.0.2:5060\n"
            + "    p0->>p1: 0.000 INVITE\n    p0-xp1: 0.500 INVITE (again)\n    Note over p0: 1.500 no answer\n    p1->>p0: 1.501 180 Ringing (INVITE)\n");
    }

    [Fact]
    public void ToMermaid_WordsOfAPeer_BeginNoLineAndNoStatement()
    {
        var ladder = new SipLadder([new(TimeSpan.Zero, "a", "b", "486 Busy; p0->>p1: <b>#1</b>\r\nend")]);

        ladder.ToMermaid().Split('\n').Should().HaveCount(5).And.Contain("    p0->>p1: 0.000 486 Busy#59; p0-#62;#62;p1: #60;b#62;#35;1#60;/b#62;  end");
    }

    [Fact]
    public void ToMermaid_NoRow_IsAnEmptyDiagram() => SipLadder.Empty.ToMermaid().Should().Be("sequenceDiagram\n");
}
