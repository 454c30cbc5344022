using System.Globalization;
using Spectre.Console;

namespace ModernSip.Cli.Output;

/// <summary>What happens, as people like to read it.</summary>
internal sealed class ConsoleSink(IAnsiConsole console) : IEventSink
{
    public async Task ShowAsync(IAsyncEnumerable<CliEvent> events)
    {
        await foreach (var said in events.ConfigureAwait(false))
        {
            if (Line(said) is { } line) console.MarkupLine($"[grey]{said.At.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}[/]  {line}");
        }
    }

    private static string? Line(CliEvent said) => said switch
    {
        ConnectionEvent { State: "Active" } connection => $"[green]ready[/] at {Plain(connection.Local)}",
        ConnectionEvent => null,
        SentEvent message => $"──▶ {StartLine(message)}",
        ReceivedEvent message => $"◀── {StartLine(message)}",
        ResponseEvent => null, // the ladder shows it
        RequestEvent { Body: { } body } request => $"    from {Plain(request.From)}: {Plain(body)}",
        RequestEvent => null,
        DialogEvent { State: "terminated" } dialog => $"[bold]call ended[/]: {Plain(dialog.Cause)}",
        DialogEvent dialog => $"[bold]call {Plain(dialog.State)}[/]",
        RegistrationEvent { State: "inactive" } registration => $"[bold]not registered[/]: {Plain(registration.Cause)}",
        RegistrationEvent registration => string.Create(CultureInfo.InvariantCulture, $"[bold]registration {registration.State}[/] for {registration.Expires} s: {Plain(string.Join(", ", registration.Contacts ?? []))}"),
        ErrorEvent error => $"[red]{Plain(error.Message)}[/]",
        SummaryEvent summary => Summary(summary),
        _ => Plain(said.ToString()),
    };

    private static string StartLine(WireEvent message) => message.Kind switch
    {
        "request" => $"[blue]{Plain(message.Method)}[/] {Plain(message.Uri)}  [grey]{message.Transport} {message.Remote}[/]",
        "response" => $"[{Colour(message.Status)}]{message.Status} {Plain(message.Reason)}[/]  [grey]{Plain(message.Cseq)}[/]",
        _ => "[red]malformed[/]",
    };

    private static string Colour(int? status) => status switch
    {
        < 200 => "yellow",
        < 300 => "green",
        _ => "red",
    };

    private static string Summary(SummaryEvent summary)
    {
        var calls = summary.Calls is { } count ? string.Create(CultureInfo.InvariantCulture, $", {count} calls: {summary.Succeeded} succeeded, {summary.Failed} failed") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(summary.Ok ? "[green]done[/]" : "[red]failed[/]")} in {summary.Seconds:0.0} s{calls}");
    }

    private static string Plain(string? text) => Markup.Escape(text ?? "");
}
