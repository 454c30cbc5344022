using BenchmarkDotNet.Attributes;

namespace ModernSip.Benchmarks;

/// <summary>The measures of <see cref="MessageTable"/>, with all the detail of BenchmarkDotNet.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private MessageSample _sample = null!;

    [Params("invite", "ok200", "register", "bye")]
    public string Sample { get; set; } = "";

    [GlobalSetup]
    public void Load() => _sample = new MessageSample(Sample);

    [Benchmark(Baseline = true)]
    public int Parse() => _sample.Parse();

    [Benchmark]
    public int Route() => _sample.Route();

    [Benchmark]
    public int ParseEverything() => _sample.ParseEverything();

    [Benchmark]
    public int Write() => _sample.Write();
}
