using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Resolution;

namespace ModernSip.Tests.Resolution;

/// <summary>A resolver with zones of its own, a line a record: "example.com NAPTR 50 50 s SIP+D2U _sip._udp.example.com". It notes what it is asked.</summary>
internal sealed class ZoneResolver(params string[] records) : ISipDnsResolver
{
    private readonly List<string[]> _records = [.. records.Select(static record => record.Split(' '))];

    /// <summary>The questions, in order.</summary>
    public List<string> Questions { get; } = [];

    /// <summary>Names that cannot be looked up.</summary>
    public HashSet<string> Broken { get; } = [];

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken) =>
        Answer(host, family == AddressFamily.InterNetwork ? "A" : "AAAA", static row => IPAddress.Parse(row[2]));

    public ValueTask<IReadOnlyList<SipSrvRecord>> ResolveSrvAsync(string service, CancellationToken cancellationToken) =>
        Answer(service, "SRV", static row => new SipSrvRecord(Number(row[2]), Number(row[3]), Number(row[4]), row[5]));

    public ValueTask<IReadOnlyList<SipNaptrRecord>> ResolveNaptrAsync(string domain, CancellationToken cancellationToken) =>
        Answer(domain, "NAPTR", static row => new SipNaptrRecord(Number(row[2]), Number(row[3]), row[4], row[5], "", row[6]));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private ValueTask<IReadOnlyList<T>> Answer<T>(string name, string type, Func<string[], T> read)
    {
        Questions.Add($"{type} {name}");
        if (Broken.Contains(name)) throw new SipResolutionException($"'{name}' is broken.");
        return ValueTask.FromResult<IReadOnlyList<T>>([.. _records.Where(row => row[0] == name && row[1] == type).Select(read)]);
    }
}

/// <summary>Resolution for tests that have no names.</summary>
internal static class TestResolution
{
    public static HopResolver None => new(new ZoneResolver(), SipPlatform.Default, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
}
