using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip publish URI</c>: publishes a file, keeps it published for a while, and removes it.</summary>
internal static class PublishCommand
{
    private static readonly Argument<SipUri> Target = Values.Uri("URI", "Whose state it is.");
    private static readonly Option<string?> Event = Values.Text("--event", "The event package. Default: presence.", "PACKAGE");
    private static readonly Option<int?> Expires = Values.Number("--expires", "How long the state shall hold. Default: 3600.", "S", 1, int.MaxValue);
    private static readonly Option<string?> Body = Values.Text("--body", "The file to publish.", "FILE");
    private static readonly Option<SipMediaType?> ContentType = Values.MediaType();
    private static readonly Option<TimeSpan?> Keep = Values.Seconds("--keep", "Keep it published so long and then remove it. Default: leave it until its time is over.");

    public static Command Create()
    {
        var command = new Command("publish", "Publishes event state. Example: sip publish sip:alice@example.com --event presence --body state.xml --keep 60") { Target, Event, Expires, Body, ContentType, Keep };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(Body) is null) result.AddError("A publication needs --body.");
        });
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var body = await CommandRun.ReadFileAsync(parsed.GetValue(Body)!, run.Stop).ConfigureAwait(false); // the validator saw that it is there
        var options = new SipPublicationOptions
        {
            Target = parsed.GetRequiredValue(Target),
            Event = parsed.GetValue(Event) ?? "presence",
            Expires = TimeSpan.FromSeconds(parsed.GetValue(Expires) ?? 3600),
        };
        foreach (var header in run.Settings.Headers) options.Headers.Add(header);
        await run.ConnectAsync().ConfigureAwait(false);
        run.Ready();
        var publication = await run.Connection.PublishAsync(options, new SipContent(parsed.GetValue(ContentType) ?? EventPackages.SipPresence.MediaType, body), run.Stop).ConfigureAwait(false);
        if (parsed.GetValue(Keep) is not { } keep) return new Outcome(IsOk: true);
        try
        {
            await publication.Completion.WaitAsync(keep, run.Time, run.Stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            await publication.RemoveAsync(run.Abort).ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            run.Report(exception);
            return new Outcome(IsOk: false);
        }

        return new Outcome(IsOk: true);
    }
}
