using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip message URI</c>: sends a text or a file.</summary>
internal static class MessageCommand
{
    private static readonly Argument<SipUri> Target = Values.Uri("URI", "Whom the message is for.");
    private static readonly Option<string?> Text = Values.Text("--text", "The text.", "TEXT");
    private static readonly Option<string?> Body = Values.Text("--body", "The file to send.", "FILE");
    private static readonly Option<SipMediaType?> ContentType = Values.MediaType();

    public static Command Create()
    {
        var command = new Command("message", "Sends a MESSAGE. Example: sip message sip:bob@example.com --text 'hello'") { Target, Text, Body, ContentType };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(Text) is null == result.GetValue(Body) is null) result.AddError("A message needs either --text or --body.");
        });
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var request = new SipRequest(SipMethod.Message, parsed.GetRequiredValue(Target))
        {
            Content = parsed.GetValue(Text) is { } text
                ? SipContent.PlainText(text)
                : new SipContent(parsed.GetValue(ContentType) ?? SipMediaType.PlainText, await CommandRun.ReadFileAsync(parsed.GetValue(Body)!, run.Stop).ConfigureAwait(false)),
        };
        await run.ConnectAsync().ConfigureAwait(false);
        run.Ready();
        return new Outcome(await run.SendAsync(request).ConfigureAwait(false));
    }
}
