// Holds a profile, a registration, a call and its stream of requests at the interface eth0, and tells in a line each what becomes of them, until it is interrupted.
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Profiles;

var server = args[0];
var profile = new SipProfile { Name = "alice", AddressOfRecord = $"sip:alice@{server}", UserName = "alice", Password = "secret" };
await using var services = new ServiceCollection()
    .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
    .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
    .AddSipClient(static options => options.LocalAddress = "eth0:5060")
    .AddSipProfiles(_ => new SipMemoryProfileStore(profile))
    .BuildServiceProvider();
var agent = services.GetRequiredService<SipProfileAgent>();
var interrupted = new TaskCompletionSource();
using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    context.Cancel = true;
    interrupted.TrySetResult();
});
using var stop = new CancellationTokenSource();
var telling = TellProfilesAsync(agent.EventsAsync(stop.Token));
await agent.StartAsync(default);

await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
var states = TellStatesAsync(connection.StateChangesAsync(stop.Token));
var holding = HoldAsync();
await interrupted.Task;
await agent.StopAsync(default);
await stop.CancelAsync();
await Task.WhenAll(telling, states, holding);

// What belongs to a connection ends with its network, and is made anew.
async Task HoldAsync()
{
    while (!stop.IsCancellationRequested)
    {
        try
        {
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = $"sip:bob@{server}", Credentials = { new("bob", "secret") } }, stop.Token);
            Console.WriteLine($"registration {(registration.IsActive ? "active" : "inactive")} {registration.Binding?.Uri.Host}");
            await registration.RefreshAsync(stop.Token);
            Console.WriteLine($"registration refreshed {registration.Binding?.Uri.Host}");
            var dialog = registration.CreateInviteDialog($"sip:echo@{server}");
            var offer = SipContent.Sdp($"v=0\r\no=- 1 1 IN IP4 {connection.LocalEndPoints[0].Address}\r\ns=-\r\nc=IN IP4 {connection.LocalEndPoints[0].Address}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n");
            Console.WriteLine($"call answered {(await dialog.SendInviteAsync(offer, stop.Token).FinalAsync(stop.Token)).StatusCode}");
            var requests = DrainAsync("requests", dialog.IncomingAsync(stop.Token));
            await DrainAsync("registration", registration.EventsAsync(stop.Token));
            await requests;
            Console.WriteLine($"ended call {(await dialog.Completion).Error?.GetType().Name}");
            await connection.WaitForStateAsync(SipConnectionState.Active, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (SipException exception)
        {
            await Console.Error.WriteLineAsync($"{exception.Operation} {exception.Target}: {exception.Message}"); // the link is up, and the peer not yet known on it
            await Task.Delay(200);
        }
    }
}

static async Task DrainAsync<T>(string what, IAsyncEnumerable<T> stream)
{
    try
    {
        await foreach (var item in stream) GC.KeepAlive(item);
    }
    catch (SipConnectionClosedException exception)
    {
        Console.WriteLine($"ended {what} {exception.GetType().Name} {exception.InnerException?.GetType().Name}");
    }
}

static async Task TellProfilesAsync(IAsyncEnumerable<SipProfileEvent> events)
{
    try
    {
        await foreach (var one in events) Console.WriteLine($"profile {one.Kind} {one.State}");
    }
    catch (OperationCanceledException)
    {
        // The program ends.
    }
}

static async Task TellStatesAsync(IAsyncEnumerable<SipConnectionState> states)
{
    try
    {
        await foreach (var state in states) Console.WriteLine($"connection {state}");
    }
    catch (OperationCanceledException)
    {
        // The program ends.
    }
}
