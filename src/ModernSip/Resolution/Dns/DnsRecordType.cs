namespace ModernSip.Resolution.Dns;

/// <summary>The types of records that are asked for or met (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 3403, RFC 6891).</summary>
internal enum DnsRecordType : ushort
{
    None = 0,
    A = 1,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Srv = 33,
    Naptr = 35,
    Opt = 41,
}
