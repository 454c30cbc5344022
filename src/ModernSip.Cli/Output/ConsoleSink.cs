using System.Globalization;
using Spectre.Console;

namespace ModernSip.Cli.Output;

/// <summary>What happens, as people like to read it: a ladder of messages under a spinner, or for many calls a progress bar.</summary>
internal sealed class ConsoleSink(IAnsiConsole console, int calls) : IEventSink
{
    private readonly Ladder _ladder = new();

    public Task ShowAsync(IAsyncEnumerable<CliEvent> events)
    {
        if (calls > 1) return ShowManyAsync(events);
        // A spinner is for terminals; in a file it would only be noise.
        return console.Profile.Capabilities.Interactive ? console.Status().StartAsync("starting", status => ShowLadderAsync(events, status)) : ShowLadderAsync(events, null);
    }

    private async Task ShowLadderAsync(IAsyncEnumerable<CliEvent> events, StatusContext? status)
    {
        await foreach (var said in events.ConfigureAwait(false))
        {
            foreach (var line in said is WireEvent message ? _ladder.Draw(message) : Line(said) is { } text ? [text] : []) Write(said, line);
            if (Waiting(said) is { } waiting) status?.Status(waiting);
        }
    }

    /// <summary>A bar that grows with every call that ends; only what goes wrong is said beside it.</summary>
    private async Task ShowManyAsync(IAsyncEnumerable<CliEvent> events)
    {
        var (error, summary) = await console.Progress().HideCompleted(false).StartAsync(progress => CountAsync(events, progress)).ConfigureAwait(false);
        if (error is not null && summary?.Failures is null) Write(error, Line(error)!); // no call's: those are counted by reason
        if (summary is not null) ShowSummary(summary);
    }

    /// <summary>Moves the bar with each call that ends.</summary>
    /// <returns>The last error, and the last event.</returns>
    private async Task<(ErrorEvent? Error, SummaryEvent? Summary)> CountAsync(IAsyncEnumerable<CliEvent> events, ProgressContext progress)
    {
        (ErrorEvent? Error, SummaryEvent? Summary) last = default;
        var bar = progress.AddTask("calls", maxValue: calls);
        await foreach (var said in events.ConfigureAwait(false))
        {
            if (said is DialogEvent { State: "terminated" }) bar.Increment(1);
            last = (said as ErrorEvent ?? last.Error, said as SummaryEvent ?? last.Summary);
        }

        return last;
    }

    /// <summary>What a series of calls comes to.</summary>
    private void ShowSummary(SummaryEvent summary)
    {
        Write(summary, Line(summary)!);
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        if (summary.Rate is { } rate) table.AddRow("rate reached", string.Create(CultureInfo.InvariantCulture, $"{rate} calls/s"));
        if (summary.SetupMilliseconds is { } setup) table.AddRow("INVITE to 2xx, ms", string.Create(CultureInfo.InvariantCulture, $"median {setup.P50}, 90 % {setup.P90}, 99 % {setup.P99}, most {setup.Max}"));
        table.AddRow("retransmissions", (summary.Retransmissions ?? 0).ToString(CultureInfo.InvariantCulture));
        foreach (var (reason, count) in summary.Failures ?? new Dictionary<string, int>()) table.AddRow($"[red]{Plain(reason)}[/]", count.ToString(CultureInfo.InvariantCulture));
        console.Write(table);
    }

    private void Write(CliEvent said, string line) =>
        console.MarkupLine($"[grey]{said.At.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}[/]  {line}");

    private static string? Waiting(CliEvent said) => said switch
    {
        ConnectionEvent { State: "Active" } => "waiting",
        ResponseEvent { Status: < 200 } response => $"{response.Status} {Plain(response.Reason)}",
        DialogEvent { State: "confirmed" } => "in the call, Ctrl-C hangs up",
        DialogEvent { State: "terminated" } => "call ended",
        RegistrationEvent { State: not "inactive" } => "registered",
        SubscriptionEvent { State: not "terminated" } => "subscribed, Ctrl-C ends it",
        _ => null,
    };

    private static string? Line(CliEvent said) => said switch
    {
        ConnectionEvent { State: "Active" } connection => $"[green]ready[/] at {Plain(connection.Local)}",
        ConnectionEvent { State: "Inactive" } connection => $"[red]no network[/]: {Plain(connection.Error)}",
        ConnectionEvent => null,
        ResponseEvent => null, // the ladder shows it
        RequestEvent { Note: { } note } => Plain(note),
        RequestEvent { Body: { } body } request => $"    from {Plain(request.From)}: {Plain(body)}",
        RequestEvent => null,
        DialogEvent { State: "terminated" } dialog => $"[bold]call ended[/]: {Plain(dialog.Cause)}",
        DialogEvent dialog => $"[bold]call {Plain(dialog.State)}[/]",
        RegistrationEvent { State: "inactive" } registration => $"[bold]not registered[/]: {Plain(registration.Cause)}",
        RegistrationEvent registration => string.Create(CultureInfo.InvariantCulture, $"[bold]registration {registration.State}[/] for {registration.Expires} s: {Plain(string.Join(", ", registration.Contacts ?? []))}"),
        SubscriptionEvent subscription => $"[bold]subscription {subscription.State}[/] {Plain(subscription.Reason)}",
        TransferEvent transfer => string.Create(CultureInfo.InvariantCulture, $"[bold]transfer[/]: {transfer.Status}"),
        NotifyEvent { Body: { } body } => Plain(body),
        NotifyEvent => null,
        ErrorEvent error => $"[red]{Plain(error.Message)}[/]",
        SummaryEvent summary => Summary(summary),
        _ => Plain(said.ToString()),
    };

    private static string Summary(SummaryEvent summary)
    {
        var calls = summary.Calls is { } count ? string.Create(CultureInfo.InvariantCulture, $", {count} calls: {summary.Succeeded} succeeded, {summary.Failed} failed") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(summary.Ok ? "[green]done[/]" : "[red]failed[/]")} in {summary.Seconds:0.0} s{calls}");
    }

    /// <summary>Text of a peer's: it must not steer the terminal.</summary>
    private static string Plain(string? text) => Markup.Escape(string.Concat((text ?? "").Select(static character => char.IsControl(character) && character is not ('\n' or '\t') ? '?' : character)));
}
