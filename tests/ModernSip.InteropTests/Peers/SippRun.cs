using System.Globalization;

namespace ModernSip.InteropTests.Peers;

/// <summary>One SIPp process that plays a scenario a number of times and then ends.</summary>
internal sealed class SippRun
{
    private readonly PeerProcess _process;
    private readonly string _statistics;
    private readonly string _messages;

    private SippRun(PeerProcess process, int port, string statistics, string messages) =>
        (_process, Port, _statistics, _messages) = (process, port, statistics, messages);

    public int Port { get; }

    public static SippRun Start(PeerBench bench, SippScenario scenario, int calls, bool tcp, params IEnumerable<string> arguments)
    {
        var port = Loopback.ReservePorts();
        var statistics = bench.NewFile("statistics.csv");
        var messages = bench.NewFile($"{scenario.Name.Replace(' ', '-')}-messages.log");
        string[] fixedPart =
        [
            .. scenario.Arguments, "-i", "127.0.0.1", "-p", Text(port), "-mi", "127.0.0.1", "-mp", Text(port + 4), "-t", tcp ? "t1" : "u1",
            "-cp", Text(port + 8), "-m", Text(calls), "-nostdin", "-timeout", bench.PeerLimit, "-timeout_error",
            "-trace_stat", "-stf", statistics, "-fd", "1",
            "-trace_msg", "-message_file", messages, "-trace_err", "-error_file", Path.ChangeExtension(messages, ".errors.log"),
        ];
        return new(bench.Start($"sipp {scenario.Name}", "sipp", [.. fixedPart, .. arguments]), port, statistics, messages);
    }

    public Task WaitUntilBoundAsync(bool tcp, CancellationToken deadline) =>
        Loopback.WaitUntilBoundAsync(_process.Name, Port, tcp, _process.Exited, deadline);

    public async Task<SippResult> WaitForResultAsync(CancellationToken deadline)
    {
        var exitCode = await _process.WaitForExitAsync(deadline);
        return SippResult.Read(_statistics, exitCode);
    }

    /// <summary>What SIPp received, retransmissions too, in order, each message with its line breaks; complete once it has ended.</summary>
    public IReadOnlyList<string> Received()
    {
        // "UDP message received [n] bytes :", an empty line, then the message up to the rule above the next.
        var lines = File.ReadAllLines(_messages);
        return
        [
            .. lines.Index().Where(line => line.Item.Contains(" message received ", StringComparison.Ordinal))
                .Select(line => string.Join('\n', lines.Skip(line.Index + 2).TakeWhile(static text => !text.StartsWith("-------", StringComparison.Ordinal)))),
        ];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
