using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip options URI</c>: a ping.</summary>
internal static class OptionsCommand
{
    private static readonly Argument<SipUri> Target = Values.Uri("URI", "Whom to ask.");
    private static readonly Option<int?> Count = Values.Number("--count", "How often. Default: once.", "N", 1, 1_000_000);
    private static readonly Option<TimeSpan?> Interval = Values.Seconds("--interval", "The time between two. Default: 1.");

    public static Command Create()
    {
        var command = new Command("options", "Sends OPTIONS, as a ping. Example: sip options sip:example.com --count 5 --interval 1") { Target, Count, Interval };
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var count = parsed.GetValue(Count) ?? 1;
        await run.ConnectAsync().ConfigureAwait(false);
        run.Ready();
        var isOk = true;
        for (var i = 0; i < count; i++)
        {
            if (i > 0) await Task.Delay(parsed.GetValue(Interval) ?? TimeSpan.FromSeconds(1), run.Time, run.Stop).ConfigureAwait(false);
            isOk &= await PingAsync(run, parsed.GetRequiredValue(Target)).ConfigureAwait(false);
        }

        return new Outcome(isOk);
    }

    private static async Task<bool> PingAsync(CommandRun run, SipUri target)
    {
        try
        {
            return await run.SendAsync(SipRequest.Options(target)).ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            run.Report(exception); // the next one may do better
            return false;
        }
    }
}
