using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Transactions.Engine;

/// <summary>Writes its name and the tick it was due at into a journal, then does what the test wants.</summary>
internal sealed class RecordingNode(string name, List<(string Name, long Tick)> journal) : TimerNode
{
    public Action? Then { get; set; }

    protected internal override void OnTimer()
    {
        journal.Add((name, DueTick));
        Then?.Invoke();
    }
}
