using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip listen</c>: prints and answers the requests that arrive.</summary>
internal static class ListenCommand
{
    private static readonly Option<int?> Status = Values.Number("--status", "The answer. Default: 200.", "CODE", 200, 699);
    private static readonly Option<int?> Count = Values.Number("--count", "Stop after so many requests.", "N", 1, 1_000_000);
    private static readonly Option<string?> Event = Values.Text("--event", "Accept subscriptions to this package.", "PACKAGE").NotYet();
    private static readonly Option<string?> Notify = Values.Text("--notify", "Send this file to subscribers.", "FILE").NotYet();
    private static readonly Option<SipMediaType?> ContentType = Values.MediaType().NotYet();

    public static Command Create()
    {
        var command = new Command("listen", "Prints the requests that arrive and answers them. Example: sip listen --local 127.0.0.1:5060 --json") { Status, Count, Event, Notify, ContentType };
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var status = new SipStatus(parsed.GetValue(Status) ?? 200);
        var left = parsed.GetValue(Count) ?? int.MaxValue;
        var connection = await run.ConnectAsync(static options =>
        {
            foreach (var method in (string[])["PUBLISH", "REGISTER", "UPDATE"]) options.Capabilities.Methods.Add(method);
        }).ConfigureAwait(false);
        var requests = connection.IncomingAsync(run.Stop);
        run.Ready();
        try
        {
            await foreach (var incoming in requests.ConfigureAwait(false))
            {
                run.Emit(EventsOf.Request(incoming.Request));
                // A call is not taken here, whatever the status: that is what "sip answer" is for.
                await incoming.RespondAsync(incoming is SipIncomingInvite && status.IsSuccess ? SipStatus.TemporarilyUnavailable : status, null, run.Abort).ConfigureAwait(false);
                if (--left == 0) break;
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Listened for as long as was wanted.
        }

        return new Outcome(IsOk: true);
    }
}
