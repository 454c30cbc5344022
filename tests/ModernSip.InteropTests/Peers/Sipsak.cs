using System.Globalization;

namespace ModernSip.InteropTests.Peers;

/// <summary>Single requests by sipsak. Its URIs lose the fifth digit of a port, so the port goes beside them.</summary>
internal static class Sipsak
{
    /// <summary>Registers an account at a registrar on 127.0.0.1; 0 when that went well.</summary>
    public static Task<int> RegisterAsync(PeerBench bench, int port, string user, string password) =>
        RunAsync(bench, port, "-U", "-s", $"sip:{user}@127.0.0.1", "-u", user, "-a", password, "-x", "60");

    /// <summary>Sends OPTIONS to a server on 127.0.0.1; 0 when it answered 200.</summary>
    public static Task<int> OptionsAsync(PeerBench bench, int port) => RunAsync(bench, port, "-s", "sip:127.0.0.1");

    private static Task<int> RunAsync(PeerBench bench, int port, params IEnumerable<string> arguments) =>
        bench.Start("sipsak", "sipsak", [.. arguments, "-r", port.ToString(CultureInfo.InvariantCulture)]).WaitForExitAsync(bench.Deadline);
}
