using System.CommandLine;
using System.CommandLine.Invocation;
using ModernSip.Cli.Commands;
using ModernSip.Cli.Options;

namespace ModernSip.Cli;

/// <summary>The whole command line: <c>sip</c> and its commands.</summary>
internal static class SipCommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            // Only to standard error: whoever reads standard output expects events there.
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"sip: {error.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"Try 'sip {string.Join(' ', PathOf(parsed))}--help'.").ConfigureAwait(false);
            return ExitStatus.Usage;
        }

        // Signals are the commands' own business: they hang up and unregister.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("A SIP user agent for the command line. Example: sip options sip:example.com --json")
        {
            RegisterCommand.Create(),
            CallCommand.Create(),
            AnswerCommand.Create(),
            MessageCommand.Create(),
            OptionsCommand.Create(),
            RequestCommand.Create(),
            ListenCommand.Create(),
            SubscribeCommand.Create(),
            PublishCommand.Create(),
            ServeCommand.Create(),
            ParseCommand.Create(),
        };
        CommonOptions.AddTo(root);
        return root;
    }

    private static IEnumerable<string> PathOf(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? [] : [parsed.CommandResult.Command.Name, ""];
}
