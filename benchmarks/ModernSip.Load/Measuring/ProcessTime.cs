using System.Globalization;

namespace ModernSip.Load.Measuring;

/// <summary>The processor time of processes, user and system, all threads.</summary>
internal static class ProcessTime
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    public static TimeSpan Of(IEnumerable<int> processes) => TimeSpan.FromSeconds(processes.Sum(static id => TicksOf(id)) / TicksPerSecond);

    /// <summary>The nanoseconds of each thread: for processes that hardly do anything.</summary>
    public static IReadOnlyDictionary<string, long> ThreadsOf(int process) =>
        Directory.GetDirectories($"/proc/{process}/task").ToDictionary(static task => task, NanosecondsOf);

    /// <summary>What the threads that live have used since.</summary>
    public static TimeSpan Since(IReadOnlyDictionary<string, long> before, int process) =>
        TimeSpan.FromMicroseconds(ThreadsOf(process).Sum(thread => thread.Value - before.GetValueOrDefault(thread.Key)) / 1000.0);

    public static long ResidentOctets(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static long TicksOf(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name in brackets may hold blanks
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long NanosecondsOf(string task)
    {
        try
        {
            return long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // the thread has ended meanwhile
        }
    }
}
