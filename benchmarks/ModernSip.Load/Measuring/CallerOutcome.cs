namespace ModernSip.Load.Measuring;

/// <summary>What came of a caller's run.</summary>
internal sealed record CallerOutcome
{
    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public long Retransmissions { get; init; }

    /// <summary>Calls a second, from the first to the last that was begun.</summary>
    public double Achieved { get; init; }

    /// <summary>From the request to its 2xx, in microseconds.</summary>
    public double MedianLatency { get; init; }

    public double Latency99 { get; init; }

    /// <summary>Whether the rate was held: at most one in a thousand failed or was sent again.</summary>
    public bool IsHeld(int rate) => Failed + Retransmissions <= (Succeeded + Failed) / 1000.0 && Achieved >= rate * 0.98;

    public static (double Median, double P99) Percentiles(List<int> latencies)
    {
        if (latencies.Count == 0) return default;
        latencies.Sort();
        return (latencies[latencies.Count / 2], latencies[(int)((latencies.Count - 1) * 0.99)]);
    }
}
