using System.Globalization;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Callers;

/// <summary>SIPp as a caller: one process for every 4,000 calls a second, since it is one thread and fails beyond 9,000 by itself.</summary>
internal sealed class SippCaller(LoadScenario scenario) : ICaller
{
    private const int MostOfOne = 4_000;

    public string Name => "sipp";

    public int? Process => null;

    public async Task<CallerOutcome> RunAsync(int port, int rate, int seconds)
    {
        var count = (rate + MostOfOne - 1) / MostOfOne;
        var parts = await Task.WhenAll(Enumerable.Range(0, count).Select(part => RunOneAsync(port, (rate / count) + (part < rate % count ? 1 : 0), seconds)));
        return new CallerOutcome
        {
            Succeeded = parts.Sum(static part => part.Succeeded),
            Failed = parts.Sum(static part => part.Failed),
            Retransmissions = parts.Sum(static part => part.Retransmissions),
            Achieved = parts.Sum(static part => part.Achieved),
            MedianLatency = parts.Max(static part => part.MedianLatency),
            Latency99 = parts.Max(static part => part.Latency99),
        };
    }

    public Task<HeapReading?> ReadHeapAsync() => Task.FromResult<HeapReading?>(null);

    public ValueTask DisposeAsync() => default;

    private async Task<CallerOutcome> RunOneAsync(int port, int rate, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("modernsip-load").FullName;
        var statistics = Path.Combine(folder, "stat.csv");
        var arguments = $"{scenario.CallerArguments} 127.0.0.1:{port} -i 127.0.0.1 -m {rate * seconds} -r {rate} -l 100000 -nostdin -trace_stat -stf {statistics} -fd 1";
        await using (var sipp = ChildProcess.Start(1, "sipp", arguments.Split(' '))) await sipp.WaitForExitAsync();
        var lines = await File.ReadAllLinesAsync(statistics);
        var names = lines[0].Split(';');
        var values = lines[^1].Split(';');
        Directory.Delete(folder, recursive: true);
        return new CallerOutcome
        {
            Succeeded = Count("SuccessfulCall(C)"),
            Failed = Count("FailedCall(C)"),
            Retransmissions = Count("Retransmissions(C)"),
            Achieved = rate, // SIPp ends when it has made its calls; that it was late shows as failures
        };

        long Count(string name) => long.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
    }
}
