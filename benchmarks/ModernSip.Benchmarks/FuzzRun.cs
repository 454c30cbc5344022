using System.Diagnostics;
using System.Globalization;
using System.Text;
using ModernSip.Tests.Messages.Parsing;

namespace ModernSip.Benchmarks;

/// <summary>The mutations of the tests, for as long as one likes: what is thrown, or written unstably, is printed with what brings it back.</summary>
internal sealed class FuzzRun
{
    private readonly TimeSpan _duration;
    private readonly int _seed;
    private readonly byte[][] _corpus;

    private FuzzRun(double minutes, int seed, string? torture)
    {
        _duration = TimeSpan.FromMinutes(minutes);
        _seed = seed;
        var samples = MessageSample.Names.Select(static name => Path.Combine(AppContext.BaseDirectory, "Samples", name + ".sip"));
        IEnumerable<string> originals = torture is null ? [] : Directory.EnumerateFiles(torture, "*", SearchOption.AllDirectories).Where(static file => Path.GetExtension(file) is ".sip" or ".dat").Order(StringComparer.Ordinal);
        _corpus = [.. samples.Concat(originals).Select(File.ReadAllBytes).Where(static octets => octets.Length > 0)];
    }

    /// <summary>Reads "--minutes N [--seed S] [--torture FOLDER]"; null where the arguments are others.</summary>
    public static FuzzRun? From(ReadOnlySpan<string> arguments)
    {
        double? minutes = null;
        var seed = Environment.TickCount & int.MaxValue;
        string? torture = null;
        for (; arguments.Length >= 2; arguments = arguments[2..])
        {
            switch (arguments[0])
            {
                case "--minutes" when double.TryParse(arguments[1], CultureInfo.InvariantCulture, out var number) && number > 0: minutes = number; break;
                case "--seed" when int.TryParse(arguments[1], CultureInfo.InvariantCulture, out var given): seed = given; break;
                case "--torture" when Directory.Exists(arguments[1]): torture = arguments[1]; break;
                default: return null;
            }
        }

        return arguments.IsEmpty && minutes is { } present ? new FuzzRun(present, seed, torture) : null;
    }

    /// <summary>Returns the number of findings.</summary>
    public int Run()
    {
        Console.WriteLine($"Seed {_seed}, {_corpus.Length} messages, {_duration.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes.");
        var mutator = new Mutator(_corpus, _seed);
        var start = Stopwatch.GetTimestamp();
        var (mutations, accepted, findings) = (0L, 0L, 0);
        for (; Stopwatch.GetElapsedTime(start) < _duration; mutations++)
        {
            var octets = mutator.Next();
            try
            {
                if (Survival.Exercise(octets)) accepted++;
            }
            catch (Exception exception)
            {
                // Whatever it is, it is what this run looks for.
                findings++;
                Console.WriteLine($"Seed {_seed}, mutation {mutations}: {exception}\n{Encoding.Latin1.GetString(octets)}\n");
            }
        }

        Console.WriteLine($"Seed {_seed}: {mutations} mutations, {accepted} still valid messages, {findings} findings.");
        return findings;
    }
}
