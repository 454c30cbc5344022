// Registers, calls and exchanges messages with a SIP server, then draws what went over the wire.
// The server runs in this process, so there is nothing to install: dotnet run --project examples/QuickStart
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Testing;
using QuickStart;

// The server: a registrar that knows alice, and a user "echo" who answers calls and sends messages back.
await using var server = await SipTestServer.StartAsync(new SipTestServerOptions
{
    Accounts = { ["alice"] = "secret" },
    EchoPause = TimeSpan.FromMilliseconds(300), // so that the call rings for a moment
});

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);

// The client: one line in a program of your own, with the options in appsettings.json (see examples/PlaceACall).
builder.Services.AddSipClient(options =>
{
    options.LocalAddress = "127.0.0.1"; // a free port of the loopback interface
    options.Credentials.Add(new SipCredentials("alice", "secret"));
});

// A tap sees every message that the client sends and receives.
var recorder = new Recorder(TimeProvider.System);
builder.Services.AddSingleton<ISipMessageTap>(recorder);

// Another writes a file for Wireshark, where one is named: dotnet run --project examples/QuickStart -- capture.pcapng
await using var capture = args is [var file] ? new SipCaptureFile(file) : null;
if (capture is not null) builder.Services.AddSingleton<ISipMessageTap>(capture);

builder.Services.AddSingleton(server);
builder.Services.AddHostedService<Alice>();

Environment.ExitCode = 1; // until alice has done everything
await builder.Build().RunAsync();

Console.WriteLine();
Console.Write(SipLadder.Render(recorder.Entries));
