namespace ModernSip.Cli.Running;

/// <summary>How long calls took, in milliseconds.</summary>
internal sealed record CallPercentiles(double P50, double P90, double P99, double Max)
{
    /// <summary>The nearest ranks: each is a time that a call took, and that share of the calls took no longer.</summary>
    public static CallPercentiles? Of(IReadOnlyCollection<double> times)
    {
        if (times.Count == 0) return null;
        var sorted = times.Order().ToArray();
        return new CallPercentiles(At(0.50), At(0.90), At(0.99), Math.Round(sorted[^1], 2));

        double At(double share) => Math.Round(sorted[Math.Max((int)Math.Ceiling(share * sorted.Length) - 1, 0)], 2);
    }
}
