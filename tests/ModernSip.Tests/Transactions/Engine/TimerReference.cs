namespace ModernSip.Tests.Transactions.Engine;

/// <summary>What <c>TimerWheel</c> should do, told by a list that is searched from end to end.</summary>
internal sealed class TimerReference(long startTick, Action<int, TimerReference> onTimer)
{
    private readonly List<(int Node, long Due, long Sequence)> _waiting = [];
    private readonly Dictionary<int, long> _firedAt = [];
    private long _now = startTick;
    private long _sequence;
    private bool _advancing;

    public List<(int Node, long Tick)> Fired { get; } = [];

    public int Count => _waiting.Count;

    public long? NextDue => _waiting.Count == 0 ? null : _waiting.Min(entry => entry.Due);

    public bool IsScheduled(int node) => _waiting.Exists(entry => entry.Node == node);

    public void Cancel(int node) => _waiting.RemoveAll(entry => entry.Node == node);

    public void Schedule(int node, long due)
    {
        Cancel(node);
        var hadItsTurn = _advancing && _firedAt.TryGetValue(node, out var at) && at == _now;
        _waiting.Add((node, Math.Max(due, hadItsTurn ? _now + 1 : _now), _sequence++));
    }

    public int Advance(long now)
    {
        var before = Fired.Count;
        _advancing = true;
        while (_waiting.Count > 0)
        {
            var next = _waiting.OrderBy(entry => entry.Due).ThenBy(entry => entry.Sequence).First();
            if (next.Due > now) break;
            _now = next.Due;
            _waiting.Remove(next);
            _firedAt[next.Node] = _now;
            Fired.Add((next.Node, _now));
            onTimer(next.Node, this);
        }

        _advancing = false;
        _now = Math.Max(_now, now);
        return Fired.Count - before;
    }
}
