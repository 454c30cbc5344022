using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>The page, what it is styled and kept fresh with, and the stream of its changes.</summary>
internal sealed class DashboardEndpoint(string path, SipDiagnostics diagnostics, TrafficCounts counts, RecentErrors errors, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly byte[] _style = Resource("dashboard.css");
    private readonly byte[] _script = Resource("dashboard.js");

    public Task ShowAsync(HttpContext context)
    {
        var root = context.Request.PathBase.Add(path).Value!;
        var headers = Protect(context);
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer"; // the address names a call
        return WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(DashboardPage.Whole(root, CallOf(context), Read(context, root))));
    }

    /// <summary>Sends what stands on the page whenever it has changed, as server-sent events.</summary>
    public async Task FollowAsync(HttpContext context)
    {
        Protect(context);
        context.Response.ContentType = "text/event-stream";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var root = context.Request.PathBase.Add(path).Value!;
        var (last, quietSince) = ("", time.GetTimestamp());
        try
        {
            while (true)
            {
                var now = DashboardPage.Content(Read(context, root));
                if (now != last)
                {
                    await context.Response.WriteAsync($"data: {now.ReplaceLineEndings("\ndata: ")}\n\n", ending.Token).ConfigureAwait(false);
                    (last, quietSince) = (now, time.GetTimestamp());
                }
                else if (time.GetElapsedTime(quietSince) >= KeepAlive)
                {
                    await context.Response.WriteAsync(":\n\n", ending.Token).ConfigureAwait(false);
                    quietSince = time.GetTimestamp();
                }

                await context.Response.Body.FlushAsync(ending.Token).ConfigureAwait(false);
                await Task.Delay(Pause, time, ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Who looked has left, or the application stops.
        }
    }

    public Task StyleAsync(HttpContext context)
    {
        Protect(context);
        return WriteAsync(context, "text/css; charset=utf-8", _style);
    }

    public Task ScriptAsync(HttpContext context)
    {
        Protect(context);
        return WriteAsync(context, "text/javascript; charset=utf-8", _script);
    }

    private static IHeaderDictionary Protect(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        return headers;
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] octets)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = octets.Length;
        await context.Response.Body.WriteAsync(octets, context.RequestAborted).ConfigureAwait(false);
    }

    private static string? CallOf(HttpContext context) => context.Request.Query["call"] is [{ Length: > 0 } call] ? call : null;

    private static byte[] Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!; // it is built in
        using var octets = new MemoryStream();
        stream.CopyTo(octets);
        return octets.ToArray();
    }

    private DashboardModel Read(HttpContext context, string root)
    {
        var (received, sent) = counts.Rates();
        return new DashboardModel(
            root,
            diagnostics.Connections,
            counts.ReadHeld(),
            received,
            sent,
            counts.Total("modernsip.messages.malformed") + counts.Total("modernsip.messages.dropped"),
            counts.Total("modernsip.transactions.timeouts"),
            [.. diagnostics.Ladders.Reverse()],
            CallOf(context) is { } call ? diagnostics.FindLadder(call) : null,
            CallOf(context),
            errors.All);
    }
}
