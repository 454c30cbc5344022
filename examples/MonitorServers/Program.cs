// Asks servers whether they are there, again and again, and shows a live table: dotnet run --project examples/MonitorServers -- 5 sip:one.example.com sip:two.example.com
// The number is how many rounds to ask; 0 asks for ever.
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;
using Spectre.Console;

if (args is not [var rounds, .. { Length: > 0 } servers] || !int.TryParse(rounds, CultureInfo.InvariantCulture, out var most))
{
    Console.Error.WriteLine("usage: MonitorServers ROUNDS URI...");
    return 2;
}

await using var services = new ServiceCollection().AddSipClient().BuildServiceProvider();
await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
var table = new Table().AddColumns("server", "state", "ms", "answered");
foreach (var server in servers) table.AddRow(Markup.Escape(server), "...", "", "");

var answered = new int[servers.Length];
await AnsiConsole.Live(table).StartAsync(async live =>
{
    for (var round = 1; most == 0 || round <= most; round++)
    {
        var results = await Task.WhenAll(servers.Select(AskAsync)); // all at once: one that is silent delays nobody but the next round
        for (var i = 0; i < servers.Length; i++)
        {
            var (state, time, isUp) = results[i];
            if (isUp) answered[i]++;
            table.UpdateCell(i, 1, $"[{(isUp ? "green" : "red")}]{Markup.Escape(state)}[/]");
            table.UpdateCell(i, 2, time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
            table.UpdateCell(i, 3, $"{answered[i]} of {round}");
        }

        live.Refresh();
        if (round != most) await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
    }
});
return answered.Contains(0) ? 1 : 0;

async Task<(string State, TimeSpan Time, bool IsUp)> AskAsync(string server)
{
    var start = TimeProvider.System.GetTimestamp();
    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), TimeProvider.System);
    try
    {
        var response = await connection.SendAsync(SipRequest.Options(server), limit.Token).FinalAsync(limit.Token);
        return (response.Status.ToString(), TimeProvider.System.GetElapsedTime(start), response.StatusCode != 503); // 404 or 405 is an answer, too
    }
    catch (SipException exception)
    {
        return (exception.Message, TimeProvider.System.GetElapsedTime(start), false);
    }
    catch (OperationCanceledException)
    {
        return ("silent", TimeProvider.System.GetElapsedTime(start), false);
    }
}
