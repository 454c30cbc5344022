using System.Globalization;

namespace ModernSip.InteropTests.Peers;

/// <summary>SIPp in the role of the caller.</summary>
internal sealed class SippUac
{
    private readonly SippRun _run;

    private SippUac(SippRun run) => _run = run;

    /// <summary>Starts calling <paramref name="user"/> at a port of 127.0.0.1, <paramref name="rate"/> times a second.</summary>
    public static SippUac Start(
        PeerBench bench, SippScenario scenario, int port, string user = "service", int calls = 1, int rate = 10, bool tcp = false, string password = "", string contact = "")
    {
        string[] arguments =
        [
            "-s", user, "-au", user, "-ap", password, "-key", "contact", contact, "-r", rate.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
        ];
        return new(SippRun.Start(bench, scenario, calls, tcp, arguments));
    }

    /// <summary>Waits until it has played all its calls, and tells how these went.</summary>
    public Task<SippResult> WaitForResultAsync(CancellationToken deadline) => _run.WaitForResultAsync(deadline);

    /// <summary>What it received, in order; complete once it has ended.</summary>
    public IReadOnlyList<string> Received() => _run.Received();

    /// <summary>The start lines of what it received, retransmissions too, in order; complete once it has ended.</summary>
    public IReadOnlyList<string> ReceivedStartLines() => [.. Received().Select(static message => message.Split('\n')[0])];
}
