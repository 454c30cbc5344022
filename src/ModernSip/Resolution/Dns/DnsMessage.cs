using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace ModernSip.Resolution.Dns;

/// <summary>What a server answered (RFC 1035 §4.1). Only what can be asked for here is read: what stands in other sections might have been put there by anybody.</summary>
internal sealed class DnsMessage
{
    /// <summary>How many records of an answer are looked at: no service has more servers, and nobody should be made to try more.</summary>
    public const int MaxRecords = 128;

    private const ushort ClassInternet = 1;

    private DnsMessage(ushort id, ushort flags, DnsQuestion question)
    {
        Id = id;
        Question = question;
        IsResponse = (flags & 0x8000) != 0;
        IsTruncated = (flags & 0x0200) != 0;
        Code = (DnsResponseCode)(flags & 0xF);
    }

    public ushort Id { get; }

    public DnsQuestion Question { get; }

    public bool IsResponse { get; }

    public bool IsTruncated { get; }

    public DnsResponseCode Code { get; }

    public IReadOnlyList<DnsRecord> Answers { get; private set; } = [];

    /// <summary>How long the zone says that the absence of a name or record holds, in seconds (RFC 2308 §5); null where it says nothing.</summary>
    public uint? NegativeSeconds { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <returns>False when it is none, or has not exactly one question.</returns>
    public static bool TryParse(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out DnsMessage? message)
    {
        message = null;
        var reader = new DnsReader(octets);
        if (!reader.TryReadUInt16(out var id) || !reader.TryReadUInt16(out var flags)) return false;
        if (!reader.TryReadUInt16(out var questions) || !reader.TryReadUInt16(out var answers)) return false;
        if (!reader.TryReadUInt16(out var authorities) || !reader.TryReadUInt16(out _) || questions != 1) return false;
        if (!reader.TryReadName(out var name) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var internet) || internet != ClassInternet) return false;
        var read = new DnsMessage(id, flags, new DnsQuestion(name, (DnsRecordType)type));
        if (!read.TryReadAnswers(ref reader, answers) || !read.TryReadAuthorities(ref reader, authorities))
        {
            if (!read.IsTruncated) return false; // where it is said to be cut, what is missing is asked for again
        }

        message = read;
        return true;
    }

    private bool TryReadAnswers(ref DnsReader reader, int count)
    {
        var records = new List<DnsRecord>();
        Answers = records;
        for (var i = 0; i < count; i++)
        {
            if (!TryReadRecord(ref reader, out var record, out _)) return false;
            if (record is not null && records.Count < MaxRecords) records.Add(record);
        }

        return true;
    }

    private bool TryReadAuthorities(ref DnsReader reader, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!TryReadRecord(ref reader, out _, out var negative)) return false;
            NegativeSeconds ??= negative;
        }

        return true;
    }

    /// <summary>Reads a record; one of another type or class, or with data that is none, is passed over.</summary>
    private static bool TryReadRecord(ref DnsReader reader, out DnsRecord? record, out uint? negative)
    {
        (record, negative) = (null, null);
        if (!reader.TryReadName(out var owner) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var internet)) return false;
        if (!reader.TryReadUInt32(out var seconds) || !reader.TryReadUInt16(out var length)) return false;
        var end = reader.Position + length;
        if (seconds > int.MaxValue) seconds = 0; // RFC 2181 §8
        if (internet == ClassInternet && owner.Length > 0)
        {
            if ((DnsRecordType)type == DnsRecordType.Soa) negative = ReadNegative(reader, seconds, end);
            else if (ReadData(reader, (DnsRecordType)type, length, end) is { } data) record = new DnsRecord(owner, (DnsRecordType)type, seconds, data);
        }

        return reader.TryMoveTo(end);
    }

    // The reader is a copy from here on: where the data ends is known already.
    private static object? ReadData(DnsReader reader, DnsRecordType type, int length, int end)
    {
        object? data = type switch
        {
            DnsRecordType.A when length == 4 && reader.TryTake(4, out var octets) => new IPAddress(octets),
            DnsRecordType.Aaaa when length == 16 && reader.TryTake(16, out var octets) => new IPAddress(octets),
            DnsRecordType.Cname when reader.TryReadName(out var name) && name.Length > 0 => name,
            DnsRecordType.Srv => ReadSrv(ref reader),
            DnsRecordType.Naptr => ReadNaptr(ref reader),
            _ => null,
        };
        return reader.Position == end ? data : null;
    }

    private static SipSrvRecord? ReadSrv(ref DnsReader reader) =>
        reader.TryReadUInt16(out var priority) && reader.TryReadUInt16(out var weight) && reader.TryReadUInt16(out var port) && reader.TryReadName(out var target) && target.Length > 0
            ? new SipSrvRecord(priority, weight, port, target)
            : null;

    private static SipNaptrRecord? ReadNaptr(ref DnsReader reader) =>
        reader.TryReadUInt16(out var order) && reader.TryReadUInt16(out var preference)
        && reader.TryReadText(out var flags) && reader.TryReadText(out var service) && reader.TryReadText(out var regexp)
        && reader.TryReadName(out var replacement) && replacement.Length > 0
            ? new SipNaptrRecord(order, preference, flags, service, regexp, replacement)
            : null;

    private static uint? ReadNegative(DnsReader reader, uint seconds, int end)
    {
        const int BeforeMinimum = 16; // serial, refresh, retry, expire
        if (!reader.TryReadName(out _) || !reader.TryReadName(out _) || !reader.TryTake(BeforeMinimum, out _)) return null;
        return reader.TryReadUInt32(out var minimum) && reader.Position == end ? Math.Min(seconds, minimum) : null;
    }
}
