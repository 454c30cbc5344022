using System.Text;
using ModernSip.Tests.Messages.Torture;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Seeded mutations of all messages at hand: whatever comes in, nothing is thrown, and what is accepted is written stably.</summary>
/// <remarks>Longer runs of other seeds: <c>dotnet run -c Release --project benchmarks/ModernSip.Benchmarks -- fuzz --minutes 10</c>.</remarks>
public sealed class MutationTests
{
    internal const int Mutations = 20_000;

    private static readonly byte[][] Corpus = [.. TortureTests.Corpus, Wire.Options(), Wire.Options("Contact: *", "Retry-After: 5 (a (b))", "Event: presence;id=\"x\"", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"")];

    [Theory]
    [InlineData(1, Mutations)]
    [InlineData(20260, 200_000)]
    public void Parse_Mutated_NeverThrowsAndStaysStable(int seed, int mutations) =>
        Run(Corpus, seed, mutations).Should().BeGreaterThan(mutations / 50, "mutations that never pass the front door prove nothing about what lies behind it");

    /// <summary>Returns how many mutations were still valid messages.</summary>
    internal static int Run(byte[][] corpus, int seed, int mutations)
    {
        var mutator = new Mutator(corpus, seed);
        var accepted = 0;
        for (var i = 0; i < mutations; i++)
        {
            var octets = mutator.Next();
            try
            {
                if (Survival.Exercise(octets)) accepted++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, mutation {i}: {exception.Message}\n{Encoding.Latin1.GetString(octets)}", exception);
            }
        }

        return accepted;
    }

    /// <summary>The mutations of a seed, for tests of another kind.</summary>
    internal static IEnumerable<byte[]> Mutants(int seed, int count)
    {
        var mutator = new Mutator(Corpus, seed);
        for (var i = 0; i < count; i++) yield return mutator.Next();
    }
}
