using System.Globalization;

namespace ModernSip.InteropTests.Peers;

/// <summary>How SIPp's calls went, by its own last statistics.</summary>
/// <param name="Successful">Calls that followed the scenario to its end.</param>
/// <param name="Failed">Calls that did not.</param>
/// <param name="Retransmissions">Messages SIPp had to send again.</param>
/// <param name="ExitCode">0 when every call was successful.</param>
internal sealed record SippResult(int Successful, int Failed, int Retransmissions, int ExitCode)
{
    public static SippResult Read(string statisticsFile, int exitCode)
    {
        var lines = File.ReadAllLines(statisticsFile);
        if (lines.Length < 2) throw new InvalidDataException($"SIPp left no statistics (exit code {exitCode}).");
        var (names, values) = (lines[0].Split(';'), lines[^1].Split(';'));
        return new(Number("SuccessfulCall(C)"), Number("FailedCall(C)"), Number("Retransmissions(C)"), exitCode);

        int Number(string name) => int.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
    }
}
