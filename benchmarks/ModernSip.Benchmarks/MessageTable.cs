using System.Diagnostics;
using System.Globalization;

namespace ModernSip.Benchmarks;

/// <summary>
/// The message layer beside its peers: every measure takes its turn in every round, so that what else the machine does falls on all alike, and the
/// medians of the rounds are compared.
/// </summary>
internal static class MessageTable
{
    private const int Rounds = 21;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    public static async Task RunAsync()
    {
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1) PinToLastProcessor();
        var folder = Directory.CreateTempSubdirectory("modernsip-peers-");
        try
        {
            List<Peer> peers = [];
            if (await Peer.BuildAsync("libosip2", "osip", "libosip2", folder.FullName).ConfigureAwait(false) is { } osip) peers.Add(osip);
            if (await Peer.BuildAsync("Sofia-SIP", "sofia", "sofia-sip-ua", folder.FullName).ConfigureAwait(false) is { } sofia) peers.Add(sofia);
            await MeasureAsync(peers).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(List<Peer> peers)
    {
        MessageSample[] samples = [.. MessageSample.Names.Select(static name => new MessageSample(name))];
        List<Measure> measures = [];
        foreach (var sample in samples)
        {
            measures.Add(new Measure(sample.Name, "route", sample.Route));
            measures.Add(new Measure(sample.Name, "parse", sample.Parse));
            measures.Add(new Measure(sample.Name, "parse, every field typed", sample.ParseEverything));
            measures.Add(new Measure(sample.Name, "write parsed", sample.Write));
            if (sample == samples[0]) measures.Add(new Measure(sample.Name, "build and write", sample.Build));
        }

        foreach (var measure in measures) measure.WarmUp(WarmUp);
        var files = samples.Select(static sample => sample.File).ToList();
        var rounds = peers.Select(static _ => new List<IReadOnlyList<(double Nanoseconds, long Octets)>>()).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var measure in measures) measure.Run(Slice);
            for (var i = 0; i < peers.Count; i++) rounds[i].Add(await peers[i].MeasureAsync(files).ConfigureAwait(false));
        }

        Print(samples, measures, peers, rounds);
    }

    private static void Print(MessageSample[] samples, List<Measure> measures, List<Peer> peers, List<List<IReadOnlyList<(double Nanoseconds, long Octets)>>> rounds)
    {
        Console.WriteLine($"Medians of {Rounds} rounds, all in the same run. Ratios: how many times longer the peer takes to parse.");
        Console.WriteLine();
        Console.WriteLine($"| sample | measure | ns | bytes |{string.Concat(peers.Select(static peer => $" ÷ {peer.Name} |"))}");
        Console.WriteLine($"|---|---|---:|---:|{string.Concat(peers.Select(static _ => "---:|"))}");
        var ratios = peers.Select(static _ => new List<double>()).ToList();
        for (var s = 0; s < samples.Length; s++)
        {
            var index = s;
            var theirs = rounds.Select(each => Median(each.Select(round => round[index].Nanoseconds))).ToList();
            foreach (var measure in measures.Where(measure => string.Equals(measure.Sample, samples[index].Name, StringComparison.Ordinal)))
            {
                var ours = Median(measure.Nanoseconds);
                var isParse = measure.Name.StartsWith("parse", StringComparison.Ordinal);
                if (measure.Name == "parse") for (var i = 0; i < peers.Count; i++) ratios[i].Add(theirs[i] / ours);
                PrintRow(measure.Sample, measure.Name, ours, measure.Octets, theirs.Select(each => isParse ? (each / ours).ToString("F1", CultureInfo.InvariantCulture) + " ×" : ""));
            }

            for (var i = 0; i < peers.Count; i++) PrintRow(samples[s].Name, peers[i].Name + " parse", theirs[i], rounds[i][0][s].Octets, peers.Select(static _ => ""));
        }

        Console.WriteLine();
        Console.WriteLine("route: start line, branch of the topmost Via, CSeq. parse: all header fields indexed, the message checked, the routing ones typed.");
        for (var i = 0; i < peers.Count; i++) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Geometric mean of the {samples.Length} ratios of parse to {peers[i].Name}: {GeometricMean(ratios[i]):F1} ×"));
    }

    private static void PrintRow(string sample, string measure, double nanoseconds, long octets, IEnumerable<string> ratios) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {sample} | {measure} | {nanoseconds:N0} | {octets:N0} |{string.Concat(ratios.Select(static ratio => $" {ratio} |"))}"));

    private static double GeometricMean(List<double> values) => Math.Exp(values.Average(Math.Log));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>Threads started from here on, and programs, stay on one processor; what the runtime already has (its compiler) goes where it likes.</summary>
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static void PinToLastProcessor()
    {
        using var process = Process.GetCurrentProcess();
        process.ProcessorAffinity = 1 << (Math.Min(Environment.ProcessorCount, 30) - 1);
    }
}
