namespace ModernSip.Transport;

/// <summary>Lets a few log lines a second through, so that a peer cannot fill a disk by misbehaving.</summary>
internal sealed class LogGate(TimeProvider time)
{
    private const int LinesPerSecond = 10;

    private long _second = long.MinValue;
    private int _lines;

    /// <summary>Whether one more line may be written now. Racing threads may let one or two too many through.</summary>
    public bool TryPass()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) != second) Interlocked.Exchange(ref _lines, 0);
        return Interlocked.Increment(ref _lines) <= LinesPerSecond;
    }
}
