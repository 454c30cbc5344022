using System.CommandLine;
using ModernSip.Cli.Options;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip request METHOD URI</c>: any request outside of dialogs.</summary>
internal static class RequestCommand
{
    private static readonly Argument<SipMethod> Method = new("METHOD")
    {
        Description = "The method, as it stands in the request line.",
        CustomParser = static result =>
        {
            try
            {
                var method = new SipMethod(Values.Text(result));
                if (method != SipMethod.Invite && method != SipMethod.Ack && method != SipMethod.Bye && method != SipMethod.Cancel) return method;
                result.AddError($"METHOD: {method} belongs to a call: see 'sip call'.");
            }
            catch (ArgumentException)
            {
                result.AddError($"METHOD: '{Values.Text(result)}' is no method.");
            }

            return default;
        },
    };

    private static readonly Argument<SipUri> Target = Values.Uri("URI", "The Request-URI.");
    private static readonly Option<string?> Body = Values.Text("--body", "The file to send.", "FILE");
    private static readonly Option<SipMediaType?> ContentType = Values.MediaType();

    public static Command Create()
    {
        var command = new Command("request", "Sends any request. Example: sip request INFO sip:bob@example.com --header 'X-Note: hello'") { Method, Target, Body, ContentType };
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var request = new SipRequest(parsed.GetRequiredValue(Method), parsed.GetRequiredValue(Target));
        if (parsed.GetValue(Body) is { } file)
        {
            request.Content = new SipContent(parsed.GetValue(ContentType) ?? SipMediaType.PlainText, await CommandRun.ReadFileAsync(file, run.Stop).ConfigureAwait(false));
        }

        await run.ConnectAsync().ConfigureAwait(false);
        run.Ready();
        return new Outcome(await run.SendAsync(request).ConfigureAwait(false));
    }
}
