using System.CommandLine;
using ModernSip.Cli.Options;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip publish URI</c>: known, and not there yet.</summary>
internal static class PublishCommand
{
    public static Command Create() => new Command("publish", "Publishes event state. Example: sip publish sip:alice@example.com --event presence --body state.xml")
    {
        Values.Uri("URI", "Whose state it is."),
        Values.Text("--event", "The event package.", "PACKAGE"),
        Values.Seconds("--expires", "How long the state shall hold."),
        Values.Text("--body", "The file to publish.", "FILE"),
        Values.MediaType(),
        Values.Seconds("--keep", "Keep it published so long."),
    }.NotYet();
}
