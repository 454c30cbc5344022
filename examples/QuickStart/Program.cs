// Registers, calls and exchanges messages with a SIP server, then draws what went over the wire.
// The server runs in this process, so there is nothing to install: dotnet run --project examples/QuickStart
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModernSip;
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

// The last calls and requests can be explained.
builder.Services.ConfigureSipStack(static options => options.KeptLadders = 10);

// A tap sees every message. This one writes a file for Wireshark, where one is named: dotnet run --project examples/QuickStart -- capture.pcapng
await using var capture = args is [var file] ? new SipCaptureFile(file) : null;
if (capture is not null) builder.Services.AddSingleton<ISipMessageTap>(capture);

builder.Services.AddSingleton(server);
builder.Services.AddHostedService<Alice>();

Environment.ExitCode = 1; // until alice has done everything
var host = builder.Build();
var diagnostics = host.Services.GetRequiredService<SipDiagnostics>();
await host.RunAsync();

Console.WriteLine();
Console.Write(SipLadder.Join(diagnostics.Ladders).Rename(SipLadder.ThisSide, "alice").Rename($"{server.LocalEndPoint} UDP", "server"));
