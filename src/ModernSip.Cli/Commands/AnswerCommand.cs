using System.CommandLine;
using ModernSip.Cli.Calls;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip answer</c>: waits for calls.</summary>
internal static class AnswerCommand
{
    private static readonly Option<TimeSpan?> Ring = Values.Milliseconds("--ring", "Ring this long before the final response.");
    private static readonly Option<int?> Status = Values.Number("--status", "The final response. Default: 200.", "CODE", 200, 699);
    private static readonly Option<bool> Early = Values.Flag("--early", "Send 183 with a session description.");
    private static readonly Option<SipReliableProvisionals?> Reliable = ReliableOption.Create();
    private static readonly Option<TimeSpan?> Hold = Values.Seconds("--hold", "Hang up after this long. Default: when the caller does.");
    private static readonly Option<int?> Count = Values.Number("--count", "Stop after so many calls.", "N", 1, 1_000_000);
    private static readonly Option<SipUri?> Redirect = Values.UriOption("--redirect", "Send callers there, with 302.");
    private static readonly Option<TimeSpan?> SessionExpires = Values.Seconds("--session-expires", "Ask for a session timer.");
    private static readonly Option<SipUri?> Register = Values.UriOption("--register", "Register at this registrar first.");

    public static Command Create()
    {
        var command = new Command("answer", "Waits for calls and answers them. Example: sip answer --local 127.0.0.1:5060 --ring 2000 --hold 30")
        {
            Ring, Status, Early, Reliable, Hold, Count, Redirect, SessionExpires, Register,
        };
        command.Validators.Add(static result => CommonOptions.RequireFrom(result, Register));
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var settings = new IncomingCallSettings
        {
            Ring = parsed.GetValue(Ring) ?? TimeSpan.Zero,
            Status = new SipStatus(parsed.GetValue(Status) ?? 200),
            IsEarly = parsed.GetValue(Early),
            Hold = parsed.GetValue(Hold),
            Redirect = parsed.GetValue(Redirect),
        };
        var connection = await run.ConnectAsync(SessionOptions.Of(parsed.GetValue(Reliable), parsed.GetValue(SessionExpires))).ConfigureAwait(false);
        using var port = MediaPort.Bind(connection.LocalEndPoints[0].Address);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
        var requests = connection.IncomingAsync(done.Token);
        run.Ready();
        var answering = new CallAnswering(run, settings, port, parsed.GetValue(Count)).RunAsync(requests, done);
        if (parsed.GetValue(Register) is not { } registrar) return Outcome.Of(await answering.ConfigureAwait(false));

        try
        {
            var kept = await KeptRegistration.StartAsync(run, new SipRegistrationOptions { AddressOfRecord = run.Settings.From.Uri, Registrar = registrar }).ConfigureAwait(false);
            await using var unregistering = kept.ConfigureAwait(false);
            await Task.WhenAny(answering, kept.Ended).ConfigureAwait(false); // unregistered, it can be called no more
            await done.CancelAsync().ConfigureAwait(false);
            var outcome = Outcome.Of(await answering.ConfigureAwait(false));
            return outcome with { IsOk = await kept.EndAsync().ConfigureAwait(false) && outcome.IsOk };
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(false);
        }
    }
}
