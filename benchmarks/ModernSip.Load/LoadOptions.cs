using System.Globalization;

namespace ModernSip.Load;

/// <summary>What the command line asks for.</summary>
internal sealed class LoadOptions(string[] arguments)
{
    public string Command => arguments.FirstOrDefault() ?? "";

    /// <summary>What ladder and flat are of.</summary>
    public LoadScenario Scenario => LoadScenario.Find(Command is "ladder" or "flat" ? arguments.ElementAtOrDefault(1) ?? "" : Command);

    public IReadOnlyList<int> Rates => [.. Text("--rate", "1000").Split(',').Select(static rate => int.Parse(rate, CultureInfo.InvariantCulture))];

    public int Seconds(int otherwise) => Number("--seconds", otherwise);

    public IReadOnlyList<string> Peers(string otherwise) => [.. Text("--peer", otherwise).Split(',').Where(static peer => peer is not ("none" or ""))];

    /// <summary>What makes the load on a server: "sipp", or "wire", which is this program's own and good for higher rates.</summary>
    public string Caller(string otherwise) => Text("--caller", otherwise);

    /// <summary>Where to write the plot; null for no plot.</summary>
    public string? Plot => Text("--plot", "") is { Length: > 0 } path ? path : null;

    public int Number(string name, int otherwise) => int.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    public static int Explain()
    {
        Console.Error.WriteLine(
            """
            uas-options|uas-invite [--rate N[,N…]] [--seconds 5] [--rounds 3] [--peer sipp,kamailio,sofia|none] [--caller sipp|wire] [--plot FILE.svg]
            uac-options|uac-invite [--rate N[,N…]] [--seconds 5] [--rounds 3] [--peer sipp,self] [--caller sipp|wire] [--plot FILE.svg]
            ladder uas-options|uas-invite [--from N] [--step N] [--to N] [--seconds 20] [--peer …] [--caller wire|sipp]
            flat uas-options|uas-invite [--rate 2000] [--seconds 60]
            idle [--registrations 10000] [--seconds 20]      what a process with so many registrations costs while nothing happens
            lone [--seconds 30]                              what one OPTIONS a second costs
            memory [--count 10000]                           live heap of a held dialog and of a completed transaction
            flood [--rate 20000] [--seconds 5] [--t1 500]    INVITEs from one source; then the memory, and a call
            Subjects take turns of so many seconds; figures are those of the middle round.
            Servers run on processor 0, callers on processor 1. "sipp" as a peer is SIPp's own server, which has no transaction layer.
            """);
        return 2;
    }

    private string Text(string name, string otherwise)
    {
        var index = Array.IndexOf(arguments, name);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : otherwise;
    }
}
