using System.Buffers.Binary;

namespace ModernSip.Resolution.Dns;

/// <summary>Writes a question (RFC 1035 §4.1), with the EDNS(0) option that lets the answer be longer than 512 octets (RFC 6891).</summary>
internal static class DnsQuery
{
    /// <summary>The longest question with its option.</summary>
    public const int MaxLength = 12 + 255 + 4 + 11;

    /// <summary>What answers may be long without being cut up on the way (the DNS Flag Day of 2020).</summary>
    private const ushort PayloadSize = 1232;

    private const ushort RecursionDesired = 0x0100;
    private const ushort ClassInternet = 1;

    /// <summary>Writes the message.</summary>
    /// <param name="id">What the answer must carry.</param>
    /// <param name="question">The question; its name is valid.</param>
    /// <param name="withOption">Whether to say EDNS(0), which some old servers do not bear.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> octets.</param>
    /// <returns>How many octets were written.</returns>
    public static int Write(ushort id, DnsQuestion question, bool withOption, Span<byte> destination)
    {
        destination[..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination, id);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], RecursionDesired);
        destination[5] = 1;
        destination[11] = withOption ? (byte)1 : (byte)0;
        var length = 12 + WriteName(question.Name, destination[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[length..], (ushort)question.Type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(length + 2)..], ClassInternet);
        length += 4;
        return withOption ? length + WriteOption(destination[length..]) : length;
    }

    private static int WriteName(string name, Span<byte> destination)
    {
        var length = 0;
        foreach (var range in name.AsSpan().Split('.'))
        {
            var label = name.AsSpan(range);
            destination[length++] = (byte)label.Length;
            foreach (var character in label) destination[length++] = (byte)character;
        }

        destination[length++] = 0;
        return length;
    }

    private static int WriteOption(Span<byte> destination)
    {
        destination[..11].Clear(); // the root's name, and no flags
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)DnsRecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(destination[3..], PayloadSize);
        return 11;
    }
}
