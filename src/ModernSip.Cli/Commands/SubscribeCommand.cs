using System.CommandLine;
using ModernSip.Cli.Options;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip subscribe URI</c>: known, and not there yet.</summary>
internal static class SubscribeCommand
{
    public static Command Create() => new Command("subscribe", "Subscribes to an event package. Example: sip subscribe sip:bob@example.com --event presence")
    {
        Values.Uri("URI", "What to subscribe to."),
        Values.Text("--event", "The event package.", "PACKAGE"),
        Values.Seconds("--expires", "How long the subscription shall hold."),
        Values.Seconds("--keep", "Stay subscribed so long."),
        Values.Text("--accept", "The media type of the notifications.", "TYPE"),
    }.NotYet();
}
