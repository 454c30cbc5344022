using System.Net;
using System.Net.Sockets;

namespace ModernSip.Resolution.Dns;

/// <summary>The names that hosts(5) gives to addresses.</summary>
internal sealed class HostsFile
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public static HostsFile Empty { get; } = new();

    /// <summary>Reads the file's text. What is not understood is passed over.</summary>
    public static HostsFile Parse(string text)
    {
        var hosts = new HostsFile();
        foreach (var line in text.Split('\n'))
        {
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var words = (comment < 0 ? line : line[..comment]).Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out var address)) continue;
            foreach (var name in words.Skip(1)) hosts.Add(DnsName.Normalise(name), address);
        }

        return hosts;
    }

    /// <summary>The addresses of a name; null where the file does not have the name, so that others are to be asked.</summary>
    public IReadOnlyList<IPAddress>? Find(string name, AddressFamily family) =>
        _addresses.TryGetValue(DnsName.Normalise(name), out var addresses) ? [.. addresses.Where(address => address.AddressFamily == family)] : null;

    private void Add(string name, IPAddress address)
    {
        if (!_addresses.TryGetValue(name, out var addresses)) _addresses.Add(name, addresses = []);
        if (!addresses.Contains(address)) addresses.Add(address);
    }
}
