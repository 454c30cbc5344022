using System.Net;

namespace ModernSip.Resolution.Dns;

/// <summary>A record of an answer, of a type that is asked for here.</summary>
/// <param name="Owner">Whose record it is.</param>
/// <param name="Type">Its type.</param>
/// <param name="Seconds">How long it holds.</param>
/// <param name="Data">An <see cref="IPAddress"/>, a <see cref="SipSrvRecord"/>, a <see cref="SipNaptrRecord"/>, or the name that an alias stands for.</param>
internal sealed record DnsRecord(string Owner, DnsRecordType Type, uint Seconds, object Data);
