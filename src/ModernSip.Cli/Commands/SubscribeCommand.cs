using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip subscribe URI</c>: subscribes, prints the NOTIFYs, and unsubscribes.</summary>
internal static class SubscribeCommand
{
    private static readonly Argument<SipUri> Target = Values.Uri("URI", "What to subscribe to.");
    private static readonly Option<string?> Event = Values.Text("--event", "The event package. Default: presence.", "PACKAGE");
    private static readonly Option<int?> Expires = Values.Number("--expires", "How long the subscription shall hold; 0 asks once. Default: 3600.", "S", 0, int.MaxValue);
    private static readonly Option<TimeSpan?> Keep = Values.Seconds("--keep", "Stay subscribed so long. Default: until interrupted, or the notifier ends it.");
    private static readonly Option<string?> Accept = Values.Text("--accept", "The media type of the notifications.", "TYPE");

    public static Command Create()
    {
        var command = new Command("subscribe", "Subscribes to an event package. Example: sip subscribe sip:bob@example.com --event presence --keep 60") { Target, Event, Expires, Keep, Accept };
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var options = new SipSubscriptionOptions
        {
            Target = parsed.GetRequiredValue(Target),
            Event = parsed.GetValue(Event) ?? "presence",
            Expires = TimeSpan.FromSeconds(parsed.GetValue(Expires) ?? 3600),
        };
        if (parsed.GetValue(Accept) is { } accept) options.Accept.Add(accept);
        foreach (var header in run.Settings.Headers) options.Headers.Add(header);
        await run.ConnectAsync().ConfigureAwait(false);
        run.Ready();
        var subscription = await run.Connection.SubscribeAsync(options, run.Stop).ConfigureAwait(false);
        var telling = TellAsync(run, subscription);
        try
        {
            await telling.WaitAsync(parsed.GetValue(Keep) ?? Timeout.InfiniteTimeSpan, run.Time, run.Stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            await subscription.UnsubscribeAsync(run.Abort).ConfigureAwait(false);
        }

        return new Outcome(await telling.ConfigureAwait(false));
    }

    /// <summary>Prints what comes.</summary>
    /// <returns>False where the subscription ended by an error.</returns>
    private static async Task<bool> TellAsync(CommandRun run, SipSubscription subscription)
    {
        try
        {
            await foreach (var notification in subscription.WithCancellation(CancellationToken.None).ConfigureAwait(false))
            {
                run.Emit(EventsOf.Subscription(notification));
                run.Emit(EventsOf.Notify(notification));
            }

            return true;
        }
        catch (SipException exception)
        {
            run.Report(exception);
            return false;
        }
    }
}
