using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Cli.Running;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip parse FILE…</c>: reads messages from files.</summary>
internal static class ParseCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "A message each; '-' is standard input, a folder stands for all its files.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        var command = new Command("parse", "Parses messages and prints each as a JSON line, or why it is not valid. Example: sip parse invite.sip") { Files };
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed) with { Json = true }, run => RunAsync(run, parsed.GetRequiredValue(Files))));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, string[] names)
    {
        var areValid = true;
        foreach (var name in names.SelectMany(Expand))
        {
            var message = EventsOf.Parsed(name, await ReadAsync(name, run.Stop).ConfigureAwait(false));
            run.Emit(message);
            areValid &= message.Valid;
        }

        return new Outcome(areValid);
    }

    private static IEnumerable<string> Expand(string name) => Directory.Exists(name) ? Directory.EnumerateFiles(name).Order(StringComparer.Ordinal) : [name];

    private static async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name != "-") return await CommandRun.ReadFileAsync(name, cancellationToken).ConfigureAwait(false);
        using var octets = new MemoryStream();
        var input = Console.OpenStandardInput();
        await using var closing = input.ConfigureAwait(false);
        await input.CopyToAsync(octets, cancellationToken).ConfigureAwait(false);
        return octets.ToArray();
    }
}
