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
    private static readonly Option<string?> Event = Values.Text("--event", "Accept subscriptions to this package.", "PACKAGE");
    private static readonly Option<string?> Notify = Values.Text("--notify", "Send this file to subscribers.", "FILE");
    private static readonly Option<SipMediaType?> ContentType = Values.MediaType();

    public static Command Create()
    {
        var command = new Command("listen", "Prints the requests that arrive and answers them. Example: sip listen --local 127.0.0.1:5060 --json") { Status, Count, Event, Notify, ContentType };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(Notify) is not null && result.GetValue(Event) is null) result.AddError("--notify needs --event.");
        });
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var status = new SipStatus(parsed.GetValue(Status) ?? 200);
        var left = parsed.GetValue(Count) ?? int.MaxValue;
        var source = await ReadSourceAsync(run, parsed).ConfigureAwait(false);
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
                if (source?.IsFor(incoming) == true) await source.AcceptAsync((SipIncomingSubscribe)incoming).ConfigureAwait(false);
                else await incoming.RespondAsync(incoming is SipIncomingInvite && status.IsSuccess ? SipStatus.TemporarilyUnavailable : status, null, run.Abort).ConfigureAwait(false);
                if (--left == 0) break;
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Listened for as long as was wanted.
        }
        finally
        {
            if (source is not null) await source.DisposeAsync().ConfigureAwait(false);
        }

        return new Outcome(IsOk: true);
    }

    /// <exception cref="LocalFailureException">The file cannot be read.</exception>
    private static async Task<EventSource?> ReadSourceAsync(CommandRun run, ParseResult parsed)
    {
        if (parsed.GetValue(Event) is not { } package) return null;
        var content = parsed.GetValue(Notify) is { } file
            ? new SipContent(parsed.GetValue(ContentType) ?? SipMediaType.PlainText, await CommandRun.ReadFileAsync(file, run.Stop).ConfigureAwait(false))
            : null;
        return new EventSource(run, package, content);
    }
}
