using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Testing;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip serve</c>: the embedded test server.</summary>
internal static class ServeCommand
{
    private static readonly Option<string[]> Account = new("--account")
    {
        Description = "Somebody who may register; may be given again.",
        HelpName = "user:password",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public static Command Create()
    {
        var command = new Command("serve", "Runs a test server: registrar, proxy, and the user 'echo' who answers. Example: sip serve --local 127.0.0.1:5060 --account alice:secret") { Account };
        Account.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.IndexOf(':', StringComparison.Ordinal) <= 0) result.AddError("--account: write user:password.");
            }
        });
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed.GetValue(Account) ?? [])));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, string[] accounts)
    {
        var options = new SipTestServerOptions { LocalAddress = run.Settings.Local ?? "127.0.0.1:0" };
        if (run.Settings.Realm is { } realm) options.Realm = realm;
        if (run.CreateTap() is { } tap) options.Taps.Add(tap);
        foreach (var account in accounts)
        {
            var colon = account.IndexOf(':', StringComparison.Ordinal);
            options.Accounts[account[..colon]] = account[(colon + 1)..];
        }

        var server = await StartAsync(options, run.Stop).ConfigureAwait(false);
        await using var stopping = server.ConfigureAwait(false);
        run.Emit(new ConnectionEvent("Active", server.LocalEndPoint.ToString()));
        try
        {
            await foreach (var said in server.EventsAsync(run.Stop).ConfigureAwait(false))
            {
                run.Emit(new RequestEvent(said.Method.Name, said.Uri.ToString(), null, null, null, null) { Note = $"{said.Kind}: {said.Method} {said.Uri} {said.Detail}" });
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Served for as long as was wanted.
        }

        return new Outcome(IsOk: true);
    }

    private static async Task<SipTestServer> StartAsync(SipTestServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await SipTestServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (SipTransportException exception)
        {
            throw new LocalFailureException(exception);
        }
    }
}
