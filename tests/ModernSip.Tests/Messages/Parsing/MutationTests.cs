using System.Text;
using ModernSip.Tests.Messages.Torture;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Seeded mutations of all messages at hand: whatever comes in, nothing is thrown, and what is accepted is written stably.</summary>
public sealed class MutationTests
{
    internal const int Mutations = 20_000;

    private static readonly byte[][] Corpus = [.. TortureTests.Corpus, Wire.Options(), Wire.Options("Contact: *", "Retry-After: 5 (a (b))", "Event: presence;id=\"x\"", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"")];

    private static readonly byte[][] Splinters = [.. new[]
    {
        "\r\n", "\r", "\n", "\0", "\r\n ", "\r\n\r\n", "\"", "\\", "\\\"", "<", ">", "<sip:", ";", ";;", ",", ":", "%", "%00", "%0d%0a", "@", "[", "]", "[::1]", "(", ")", "\u00FF", " ", "\t",
        "4294967295", "4294967296", "99999999999999999999999999", "-1", "0", "SIP/2.0", "Content-Length: 3\r\n", "Via: ", "t:", "tag=", "branch=z9hG4bK", "?a=b&c", "sip:a@b", "*",
    }.Select(Encoding.Latin1.GetBytes)];

    [Theory]
    [InlineData(1)]
    [InlineData(20260)]
    public void Parse_Mutated_NeverThrowsAndStaysStable(int seed) =>
        Run(Corpus, seed, Mutations).Should().BeGreaterThan(Mutations / 50, "mutations that never pass the front door prove nothing about what lies behind it");

    /// <summary>Returns how many mutations were still valid messages.</summary>
    internal static int Run(byte[][] corpus, int seed, int mutations)
    {
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < mutations; i++)
        {
            var octets = Mutate(random, corpus, corpus[random.Next(corpus.Length)]);
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
        var random = new Random(seed);
        for (var i = 0; i < count; i++) yield return Mutate(random, Corpus, Corpus[random.Next(Corpus.Length)]);
    }

    private static byte[] Mutate(Random random, byte[][] corpus, byte[] original)
    {
        var octets = original.ToList();
        for (var rounds = random.Next(1, 5); rounds > 0 && octets.Count > 4; rounds--)
        {
            var position = random.Next(octets.Count);
            var length = Math.Min(random.Next(1, 40), octets.Count - position);
            switch (random.Next(8))
            {
                case 0: octets[position] ^= (byte)(1 << random.Next(8)); break;
                case 1: octets[position] = (byte)random.Next(256); break;
                case 2: octets.RemoveRange(position, length); break;
                case 3: octets.InsertRange(position, Splinters[random.Next(Splinters.Length)]); break;
                case 4: octets.InsertRange(position, octets.GetRange(position, length)); break;
                case 5: octets.InsertRange(position, Splice(random, corpus)); break;
                case 6: octets.InsertRange(position, Enumerable.Repeat(octets[position], random.Next(1, 300))); break;
                default: if (random.Next(4) == 0) octets.RemoveRange(position, octets.Count - position); break;
            }
        }

        return [.. octets];
    }

    private static byte[] Splice(Random random, byte[][] corpus)
    {
        var other = corpus[random.Next(corpus.Length)];
        var start = random.Next(other.Length);
        return other[start..Math.Min(other.Length, start + random.Next(1, 80))];
    }
}
