using System.Text;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Makes mutations of messages; the same seed over the same corpus makes the same ones.</summary>
internal sealed class Mutator(byte[][] corpus, int seed)
{
    private static readonly byte[][] Splinters = [.. new[]
    {
        "\r\n", "\r", "\n", "\0", "\r\n ", "\r\n\r\n", "\"", "\\", "\\\"", "<", ">", "<sip:", ";", ";;", ",", ":", "%", "%00", "%0d%0a", "@", "[", "]", "[::1]", "(", ")", "\u00FF", " ", "\t",
        "4294967295", "4294967296", "99999999999999999999999999", "-1", "0", "SIP/2.0", "Content-Length: 3\r\n", "Via: ", "t:", "tag=", "branch=z9hG4bK", "?a=b&c", "sip:a@b", "*",
    }.Select(Encoding.Latin1.GetBytes)];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var octets = corpus[_random.Next(corpus.Length)].ToList();
        for (var rounds = _random.Next(1, 5); rounds > 0 && octets.Count > 4; rounds--)
        {
            var position = _random.Next(octets.Count);
            var length = Math.Min(_random.Next(1, 40), octets.Count - position);
            switch (_random.Next(8))
            {
                case 0: octets[position] ^= (byte)(1 << _random.Next(8)); break;
                case 1: octets[position] = (byte)_random.Next(256); break;
                case 2: octets.RemoveRange(position, length); break;
                case 3: octets.InsertRange(position, Splinters[_random.Next(Splinters.Length)]); break;
                case 4: octets.InsertRange(position, octets.GetRange(position, length)); break;
                case 5: octets.InsertRange(position, Splice()); break;
                case 6: octets.InsertRange(position, Enumerable.Repeat(octets[position], _random.Next(1, 300))); break;
                default: if (_random.Next(4) == 0) octets.RemoveRange(position, octets.Count - position); break;
            }
        }

        return [.. octets];
    }

    private byte[] Splice()
    {
        var other = corpus[_random.Next(corpus.Length)];
        var start = _random.Next(other.Length);
        return other[start..Math.Min(other.Length, start + _random.Next(1, 80))];
    }
}
