using System.Globalization;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Report;

/// <summary>The table on the console.</summary>
internal static class LoadTable
{
    public static void Print(IReadOnlyList<LoadRow> rows)
    {
        Console.WriteLine("| measured | other end | scenario | rate/s | achieved/s | succeeded | failed | retransmitted | p50 µs | p99 µs | CPU µs/call | × reference | other end's CPU µs/call | RSS MB | allocated B/call | GC 0/1/2 |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in rows) Console.WriteLine(Line(row, Reference(rows, row)));
    }

    private static string Line(LoadRow row, LoadRow? reference) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {row.Subject} | {row.Counterpart} | {row.Scenario.Name} | {row.Rate} | {row.Outcome.Achieved:0} | {row.Outcome.Succeeded} | {row.Outcome.Failed} | {row.Outcome.Retransmissions} | {Some(row.Outcome.MedianLatency)} | {Some(row.Outcome.Latency99)} | {row.Cost:0.0} | {(reference is null ? "" : (row.Cost / reference.Cost).ToString("0.00", CultureInfo.InvariantCulture))} | {Some(row.CounterpartCost)} | {row.ResidentOctets / 1048576} | {(row.AllocatedPerCall is { } octets ? octets.ToString("0", CultureInfo.InvariantCulture) : "-")} | {Collections(row)} |");

    /// <summary>What a row is compared with: SIPp's own server at the same rate, or where it is not there the last subject.</summary>
    private static LoadRow? Reference(IReadOnlyList<LoadRow> rows, LoadRow row)
    {
        var subject = rows.Any(static one => one.Subject == "sipp") ? "sipp" : rows[^1].Subject;
        return rows.LastOrDefault(other => other.Rate == row.Rate && other.Subject == subject && !ReferenceEquals(other, row));
    }

    private static string Some(double value) => value > 0 ? value.ToString("0", CultureInfo.InvariantCulture) : "-";

    private static string Collections(LoadRow row) =>
        row.Before is null || row.After is null ? "-" : $"{row.After.Gen0 - row.Before.Gen0}/{row.After.Gen1 - row.Before.Gen1}/{row.After.Gen2 - row.Before.Gen2}";
}
