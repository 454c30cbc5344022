namespace ModernSip.InteropTests.Peers;

/// <summary>SIPp in the role of the callee: ready to be called when it has been started.</summary>
internal sealed class SippUas
{
    private readonly SippRun _run;

    private SippUas(SippRun run) => _run = run;

    public int Port => _run.Port;

    /// <summary>Its URI over the transport the caller prefers.</summary>
    public string Uri => $"sip:service@127.0.0.1:{Port}";

    /// <summary>Its URI, naming TCP.</summary>
    public string TcpUri => $"{Uri};transport=tcp";

    public static async Task<SippUas> StartAsync(PeerBench bench, SippScenario scenario, int calls = 1, bool tcp = false)
    {
        var run = SippRun.Start(bench, scenario, calls, tcp);
        await run.WaitUntilBoundAsync(tcp, bench.Deadline);
        return new(run);
    }

    /// <summary>Waits until it has played all its calls, and tells how these went.</summary>
    public Task<SippResult> WaitForResultAsync(CancellationToken deadline) => _run.WaitForResultAsync(deadline);

    /// <summary>What it received, in order; complete once it has ended.</summary>
    public IReadOnlyList<string> Received() => _run.Received();

    /// <summary>The start lines of what it received, retransmissions too, in order; complete once it has ended.</summary>
    public IReadOnlyList<string> ReceivedStartLines() => [.. Received().Select(static message => message.Split('\n')[0])];
}
