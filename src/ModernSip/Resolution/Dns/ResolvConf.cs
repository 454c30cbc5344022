using System.Globalization;
using System.Net;

namespace ModernSip.Resolution.Dns;

/// <summary>What resolv.conf(5) says: which servers to ask, which domains to try short names in, and how patient to be.</summary>
internal sealed record ResolvConf
{
    private const int MaxServers = 8;
    private const int MaxDomains = 32;

    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>A name with as many dots is first tried as it is.</summary>
    public int Dots { get; init; } = 1;

    /// <summary>How long to wait for a server. The 5 seconds that are usual elsewhere would be most of a call's patience.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often each server is asked.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Reads the file's text. What is not understood is passed over. Without a server in it, the one of this machine is asked.</summary>
    public static ResolvConf Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        var conf = new ResolvConf();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0][0] is '#' or ';') continue;
            switch (words[0])
            {
                case "nameserver" when servers.Count < MaxServers && IPAddress.TryParse(words[1], out var address):
                    servers.Add(new IPEndPoint(address, 53));
                    break;
                case "domain" or "search": // the last one of either counts
                    conf = conf with { Search = [.. words.Skip(1).Select(DnsName.Normalise).Where(DnsName.IsValid).Take(MaxDomains)] };
                    break;
                case "options":
                    conf = words.Skip(1).Aggregate(conf, static (read, option) => read.With(option));
                    break;
                default:
                    break;
            }
        }

        if (servers.Count == 0) servers.Add(new IPEndPoint(IPAddress.Loopback, 53));
        return conf with { Servers = servers };
    }

    /// <summary>The names that a short name may mean, in the order in which they are tried.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        if (Search.Count == 0 || name.EndsWith('.')) return [name];
        var longer = Search.Select(domain => $"{name}.{domain}");
        return name.Count(static character => character == '.') >= Dots ? longer.Prepend(name) : longer.Append(name);
    }

    private ResolvConf With(string option)
    {
        var colon = option.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(option.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return this;
        return option[..colon] switch
        {
            "ndots" => this with { Dots = Math.Min(number, 15) },
            "timeout" => this with { Timeout = TimeSpan.FromSeconds(Math.Clamp(number, 1, 30)) },
            "attempts" => this with { Attempts = Math.Clamp(number, 1, 5) },
            _ => this,
        };
    }
}
