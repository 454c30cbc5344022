using System.Diagnostics;

namespace ModernSip.Benchmarks;

/// <summary>An operation, and how long it took in each round.</summary>
internal sealed class Measure(string sample, string name, Func<int> operation)
{
    private const int Batch = 100;

    private int _sink;

    public string Sample => sample;

    public string Name => name;

    public List<double> Nanoseconds { get; } = [];

    /// <summary>What one operation allocates.</summary>
    public long Octets { get; private set; }

    /// <summary>Runs until the compiler has settled.</summary>
    public void WarmUp(TimeSpan duration)
    {
        Time(duration);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat();
        Octets = (GC.GetAllocatedBytesForCurrentThread() - before) / Batch;
    }

    public void Run(TimeSpan duration) => Nanoseconds.Add(Time(duration));

    private double Time(TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        long count = 0;
        TimeSpan elapsed;
        do
        {
            Repeat();
            count += Batch;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < duration);
        return elapsed.TotalNanoseconds / count;
    }

    private void Repeat()
    {
        for (var i = 0; i < Batch; i++) _sink += operation();
    }
}
