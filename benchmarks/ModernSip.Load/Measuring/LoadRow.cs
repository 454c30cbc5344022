namespace ModernSip.Load.Measuring;

/// <summary>One row of the table: one process under one load.</summary>
internal sealed record LoadRow(string Subject, string Counterpart, LoadScenario Scenario, int Rate, CallerOutcome Outcome)
{
    /// <summary>Processor time of the measured process for each call that succeeded, in microseconds.</summary>
    public required double Cost { get; init; }

    /// <summary>That of the other end.</summary>
    public required double CounterpartCost { get; init; }

    public required long ResidentOctets { get; init; }

    /// <summary>The heap's growth and collections during the run; null for peers.</summary>
    public HeapReading? Before { get; init; }

    public HeapReading? After { get; init; }

    /// <summary>Several rounds as one row: the middle of what was measured, the sum of what was counted.</summary>
    public static LoadRow Of(IReadOnlyList<LoadRow> rounds) => rounds[0] with
    {
        Cost = Middle(static row => row.Cost, rounds),
        CounterpartCost = Middle(static row => row.CounterpartCost, rounds),
        ResidentOctets = rounds[^1].ResidentOctets,
        After = rounds[^1].After,
        Outcome = new CallerOutcome
        {
            Succeeded = rounds.Sum(static row => row.Outcome.Succeeded),
            Failed = rounds.Sum(static row => row.Outcome.Failed),
            Retransmissions = rounds.Sum(static row => row.Outcome.Retransmissions),
            Achieved = Middle(static row => row.Outcome.Achieved, rounds),
            MedianLatency = Middle(static row => row.Outcome.MedianLatency, rounds),
            Latency99 = Middle(static row => row.Outcome.Latency99, rounds),
        },
    };

    private static double Middle(Func<LoadRow, double> figure, IReadOnlyList<LoadRow> rounds) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    public double? AllocatedPerCall => Before is null || After is null ? null : (After.Allocated - Before.Allocated) / (double)Math.Max(1, Outcome.Succeeded);
}
