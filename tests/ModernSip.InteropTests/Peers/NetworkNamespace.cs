using System.Globalization;

namespace ModernSip.InteropTests.Peers;

/// <summary>Two network namespaces of a test alone, joined by a cable: the link "eth0" of each, 10.77.0.1 here and 10.77.0.2 there.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    // Shared by all tests of this process on purpose: names must differ.
    private static int _count;

    private readonly PeerBench _bench;

    private NetworkNamespace(PeerBench bench, string here, string there) => (_bench, Here, There) = (bench, here, there);

    /// <summary>The namespace whose network comes and goes.</summary>
    public string Here { get; }

    /// <summary>The other one.</summary>
    public string There { get; }

    public static async Task<NetworkNamespace> CreateAsync(PeerBench bench)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ms{Environment.ProcessId}x{Interlocked.Increment(ref _count)}");
        var made = bench.Own(new NetworkNamespace(bench, name + "a", name + "b"));
        await made.RunAsync("netns", "add", made.Here);
        await made.RunAsync("netns", "add", made.There);
        await made.RunAsync("link", "add", "eth0", "netns", made.Here, "type", "veth", "peer", "name", "eth0", "netns", made.There);
        foreach (var (side, address) in new[] { (made.Here, "10.77.0.1/24"), (made.There, "10.77.0.2/24") })
        {
            await made.RunAsync("-n", side, "link", "set", "lo", "up");
            await made.RunAsync("-n", side, "address", "add", address, "dev", "eth0");
            await made.RunAsync("-n", side, "link", "set", "eth0", "up");
        }

        return made;
    }

    /// <summary>Runs the ip command on the side whose network comes and goes.</summary>
    public Task IpAsync(params IEnumerable<string> arguments) => RunAsync(["-n", Here, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { Here, There }) await PeerProcess.Start("ip", _bench.Folder, "ip", "netns", "delete", name).Exited; // the cable goes with them
    }

    private async Task RunAsync(params IEnumerable<string> arguments)
    {
        var ip = _bench.Start("ip", "ip", arguments);
        (await ip.WaitForExitAsync(_bench.Deadline)).Should().Be(0, "ip {0} said: {1}", string.Join(' ', arguments), ip.StandardError);
    }
}
