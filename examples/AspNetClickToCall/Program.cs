// A web page with buttons that call people, and the ladder of the call as it goes on.
// dotnet run --project examples/AspNetClickToCall -- --urls http://127.0.0.1:8080
using AspNetClickToCall;
using ModernSip;
using ModernSip.Messages;
using ModernSip.Testing;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddSipClient(static options => options.LocalAddress = "127.0.0.1:0");
builder.Services.AddSipDashboard(); // it has the ladders kept
builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(1)); // pages that look on never leave by themselves
var app = builder.Build();

// Somebody to call: a server in this process. A real application names its own, and registers there.
await using var server = await SipTestServer.StartAsync(new() { LocalAddress = "127.0.0.1:0", EchoPause = TimeSpan.FromMilliseconds(400) });
await using var connection = await app.Services.GetRequiredService<ISipClient>().ConnectAsync();
await using var desk = new CallDesk(connection, app.Services.GetRequiredService<SipDiagnostics>(), new Dictionary<string, SipUri> { ["Sales"] = server.UriOf("echo"), ["Nobody"] = server.UriOf("nobody") });

// Other sites cannot make the visitor's browser call: browsers say where a request comes from.
app.Use(static (context, next) =>
{
    if (HttpMethods.IsGet(context.Request.Method) || context.Request.Headers["Sec-Fetch-Site"] == "same-origin") return next(context);
    context.Response.StatusCode = StatusCodes.Status403Forbidden;
    return Task.CompletedTask;
});
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapGet("/contacts", () => desk.Contacts.Keys);
app.MapPost("/calls/{contact}", (string contact) => desk.Call(contact) is { } id ? Results.Json(new { id }) : Results.NotFound());
app.MapDelete("/calls/{id}", async (string id) => await desk.HangUpAsync(id) ? Results.NoContent() : Results.NotFound());
app.MapGet("/calls/{id}/ladder", (string id, CancellationToken cancellationToken) => TypedResults.ServerSentEvents(desk.FollowAsync(id, cancellationToken)));
app.MapSipDashboard(); // in Development: everything that happens, at /sip
await app.RunAsync();
