using System.Globalization;

namespace ModernSip.Load;

/// <summary>One run: what was asked for, what came of it, and what it cost the server.</summary>
internal sealed record LoadResult(string Server, string Scenario, int Rate, long Succeeded, long Failed, long Retransmissions, double MicrosecondsPerCall, double BytesPerCall, long WorkingSet)
{
    public static void Print(IReadOnlyList<LoadResult> rows)
    {
        Console.WriteLine("| server | scenario | rate/s | succeeded | failed | retransmitted | CPU µs/call | allocated B/call | RSS MB |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Server} | {row.Scenario} | {row.Rate} | {row.Succeeded} | {row.Failed} | {row.Retransmissions} | {row.MicrosecondsPerCall:0.0} | {(row.BytesPerCall > 0 ? row.BytesPerCall.ToString("0", CultureInfo.InvariantCulture) : "-")} | {row.WorkingSet / 1048576} |"));
        }

        if (rows.Count == 2) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ratio of CPU per call: {rows[0].MicrosecondsPerCall / rows[1].MicrosecondsPerCall:0.00}"));
    }
}
