using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using ModernSip.Diagnostics;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>Writes the page.</summary>
internal static class DashboardPage
{
    private static readonly HtmlText Nothing = Html($"");

    /// <summary>The whole document.</summary>
    public static string Whole(string root, string? callId, DashboardModel model)
    {
        var live = callId is null ? $"{root}/live" : $"{root}/live?call={Uri.EscapeDataString(callId)}";
        return Html($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>SIP</title>
            <link rel="stylesheet" href="{root}/dashboard.css">
            <script src="{root}/dashboard.js" defer></script>
            </head>
            <body data-live="{live}">
            <header><h1><a href="{root}">SIP</a></h1><p id="live" role="status">as of now; reload to see more</p></header>
            <main>{HtmlText.Trusted(Content(model))}</main>
            </body>
            </html>
            """).ToString();
    }

    /// <summary>What changes on it.</summary>
    public static string Content(DashboardModel model) => Html($"""
        {Figures(model)}
        {Call(model)}
        <section id="connections"><h2>Connections</h2>{Connections(model.Connections)}</section>
        <section id="calls"><h2>Calls and requests</h2>{Calls(model)}</section>
        <section id="errors"><h2>Warnings and errors</h2>{Errors(model.Errors)}</section>
        """).ToString();

    private static HtmlText Html(HtmlText text) => text;

    private static HtmlText Figures(DashboardModel model) => Html($"""
        <section id="figures" aria-label="Figures">
        {Figure("Dialogs", Whole(model.Held.GetValueOrDefault("modernsip.dialogs.active")))}
        {Figure("Transactions", Whole(model.Held.GetValueOrDefault("modernsip.transactions.active")))}
        {Figure("Received per second", Rate(model.Received), Spark(model.Received))}
        {Figure("Sent per second", Rate(model.Sent), Spark(model.Sent))}
        {Figure("Waiting", Whole(model.Held.GetValueOrDefault("modernsip.queue.length")))}
        {Figure("Dropped", Whole(model.Dropped))}
        {Figure("Unanswered", Whole(model.TimedOut))}
        </section>
        """);

    private static HtmlText Figure(string name, string value, HtmlText? drawing = null) => Html($"<dl><dt>{name}</dt><dd>{value}</dd>{drawing ?? Nothing}</dl>");

    private static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(IReadOnlyList<double> rates) => (rates.Count == 0 ? 0 : rates[^1]).ToString("0.#", CultureInfo.InvariantCulture);

    private static HtmlText Spark(IReadOnlyList<double> rates)
    {
        if (rates.Count < 2) return Nothing;
        var highest = Math.Max(1, rates.Max());
        var points = string.Join(' ', rates.Select((rate, index) => string.Create(CultureInfo.InvariantCulture, $"{60 - rates.Count + index:0},{22 - (rate / highest * 20):0.#}")));
        return Html($"""<svg class="spark" viewBox="0 0 60 24" preserveAspectRatio="none" aria-hidden="true"><polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke"/></svg>""");
    }

    private static HtmlText Call(DashboardModel model)
    {
        if (model.CallId is not { } callId) return Nothing;
        if (model.Call is not { } ladder) return Html($"""<section id="call"><h2>Call</h2><p class="none">The ladder of {callId} is not kept any more.</p></section>""");
        return Html($"""<section id="call"><h2>Call <code>{callId}</code></h2><div class="scroll">{HtmlText.Trusted(ladder.ToSvg())}</div></section>""");
    }

    private static HtmlText Connections(IReadOnlyList<SipConnectionStatus> connections)
    {
        if (connections.Count == 0) return Html($"""<p class="none">No connection is open.</p>""");
        return Html($"""<table><thead><tr><th>Client</th><th>State</th><th>Local addresses</th><th>Registrations</th></tr></thead><tbody>{connections.Select(Connection)}</tbody></table>""");
    }

    private static HtmlText Connection(SipConnectionStatus connection) => Html(
        $"""<tr><td>{(connection.Client.Length == 0 ? "(default)" : connection.Client)}</td><td><span class="badge {(connection.State is SipConnectionState.Active ? "good" : "bad")}">{connection.State}</span> {connection.Error?.Message ?? ""}</td><td>{string.Join(", ", connection.LocalEndPoints.Select(static one => one.ToString()))}</td><td>{Registrations(connection.Registrations)}</td></tr>""");

    private static HtmlText Registrations(IReadOnlyList<SipRegistrationStatus> registrations) =>
        registrations.Count == 0 ? Html($"""<span class="none">none</span>""") : Html($"<ul>{registrations.Select(Registration)}</ul>");

    private static HtmlText Registration(SipRegistrationStatus one) => Html(
        $"""<li><span class="badge {(one.IsActive ? "good" : "bad")}">{(one.IsActive ? "registered" : "not registered")}</span> {one.AddressOfRecord} <span class="none">{(one.IsActive ? $"for {Minutes(one.Refresh.Remaining)}" : one.Refresh.LastFailure?.Message ?? "")}</span></li>""");

    private static string Minutes(TimeSpan time) => time.TotalMinutes >= 2 ? $"{(int)time.TotalMinutes} min" : $"{(int)time.TotalSeconds} s";

    private static HtmlText Calls(DashboardModel model)
    {
        var calls = model.Calls.Where(static ladder => ladder is { CallId: not null, Rows.Count: > 0 }).ToList();
        if (calls.Count == 0) return Html($"""<p class="none">Nothing was sent or received yet.</p>""");
        return Html($"""<table><thead><tr><th>Began (UTC)</th><th>First</th><th>Last</th><th>Rows</th><th>Call-ID</th></tr></thead><tbody>{calls.Select(ladder => CallRow(model.Root, ladder))}</tbody></table>""");
    }

    private static HtmlText CallRow(string root, SipLadder ladder)
    {
        var messages = ladder.Rows.Where(static row => !row.IsNote).ToList();
        var (first, last) = (messages.FirstOrDefault(), messages.LastOrDefault());
        return Html($"""<tr><td><time>{ladder.Start:HH:mm:ss}</time></td><td>{Arrow(first)}</td><td>{last?.Label ?? ""}</td><td>{ladder.Rows.Count}</td><td><a href="{root}?call={Uri.EscapeDataString(ladder.CallId!)}">{ladder.CallId}</a></td></tr>""");
    }

    private static string Arrow(SipLadderRow? row) => row is null ? "" : row.From == SipLadder.ThisSide ? $"{row.Label} → {row.To}" : $"{row.Label} ← {row.From}";

    private static HtmlText Errors(IReadOnlyList<RecentError> errors)
    {
        if (errors.Count == 0) return Html($"""<p class="none">None since the start.</p>""");
        return Html($"<table><thead><tr><th>At (UTC)</th><th>Level</th><th>What</th></tr></thead><tbody>{errors.Select(static error => Html($"""<tr><td><time>{error.At:HH:mm:ss}</time></td><td><span class="badge {(error.Level is LogLevel.Warning ? "fair" : "bad")}">{error.Level}</span></td><td>{error.Text}</td></tr>"""))}</tbody></table>");
    }
}
