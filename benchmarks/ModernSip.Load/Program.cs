using System.Globalization;
using ModernSip.Load;

// Usage: uas-invite|uas-options [--rate N] [--seconds N] [--peer sipp|none]
// Drives a ModernSip user agent server by SIPp over loopback UDP, and beside it SIPp's own, which has no transaction layer.
var command = args.FirstOrDefault() ?? "";
var rate = Number("--rate", 500);
var seconds = Number("--seconds", 10);
var scenario = command switch
{
    "uas-invite" => LoadScenario.Invite,
    "uas-options" => LoadScenario.Options,
    _ => null,
};
if (scenario is null)
{
    Console.Error.WriteLine("Usage: uas-invite|uas-options [--rate N] [--seconds N] [--peer sipp|none]");
    return 2;
}

var rows = new List<LoadResult> { await LoadRun.ModernSipAsync(scenario, rate, seconds) };
if (Text("--peer", "sipp") == "sipp") rows.Add(await LoadRun.SippAsync(scenario, rate, seconds));
LoadResult.Print(rows);
return rows.TrueForAll(static row => row.Failed == 0) ? 0 : 1;

int Number(string name, int otherwise) => int.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

string Text(string name, string otherwise)
{
    var index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : otherwise;
}
