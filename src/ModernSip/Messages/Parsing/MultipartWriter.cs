using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>Puts parts into one body, with a boundary that stands in none of them (RFC 2046 §5.1.1).</summary>
internal static class MultipartWriter
{
    public static byte[] Write(IReadOnlyList<SipBodyPart> parts, out string boundary)
    {
        var written = parts.Select(WritePart).ToArray();
        boundary = ChooseBoundary(written);
        var body = new ArrayBufferWriter<byte>(written.Sum(static part => part.Length) + ((written.Length + 1) * 40));
        foreach (var part in written)
        {
            body.Write(Encoding.ASCII.GetBytes($"--{boundary}\r\n"));
            body.Write(part);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.ASCII.GetBytes($"--{boundary}--\r\n"));
        return body.WrittenSpan.ToArray();
    }

    private static byte[] WritePart(SipBodyPart part)
    {
        var length = part.Headers.GetWrittenLength();
        var octets = new byte[length + 2 + part.Body.Length];
        part.Headers.WriteTo(octets);
        "\r\n"u8.CopyTo(octets.AsSpan(length));
        part.Body.Span.CopyTo(octets.AsSpan(length + 2));
        return octets;
    }

    /// <summary>A digest of the parts: no randomness, so equal messages are equal octets, and nobody can write a part that holds it.</summary>
    private static string ChooseBoundary(byte[][] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts) hash.AppendData(part);
        while (true)
        {
            var digest = hash.GetHashAndReset();
            var boundary = Convert.ToHexStringLower(digest.AsSpan(0, 16));
            var octets = Encoding.ASCII.GetBytes(boundary);
            if (!Array.Exists(parts, part => part.AsSpan().IndexOf(octets) >= 0)) return boundary;
            hash.AppendData(digest);
        }
    }
}
