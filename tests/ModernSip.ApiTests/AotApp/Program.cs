using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Messages;
using ModernSip.Sdp;

// Two clients in one process, one set up from configuration and one in code, and an OPTIONS from one to the other over loopback.
// Whoever runs this reads the last line, and the exit status.
var configuration = new ConfigurationBuilder()
    .AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["LocalAddress"] = "127.0.0.1:0",
        ["From"] = "sip:alice@example.com",
        ["UserAgent"] = "From configuration",
        ["RingingLimit"] = "00:00:30",
        ["Capabilities:Extensions:0"] = "path",
    })
    .Build();
await using var services = new ServiceCollection()
    .AddSipClient(configuration)
    .AddSipClient("bob", options => options.LocalAddress = "127.0.0.1:0")
    .BuildServiceProvider();

using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
await using var alice = await services.GetRequiredService<ISipClient>().ConnectAsync(limit.Token);
await using var bob = await services.GetRequiredKeyedService<ISipClient>("bob").ConnectAsync(limit.Token);

var target = SipUri.Parse($"sip:alice@{alice.LocalEndPoints[0]}");
var response = await bob.SendAsync(new SipRequest(SipMethod.Options, target), limit.Token).FinalAsync(limit.Token);
var supported = response.Headers["Supported"];
var description = SdpSession.TryParse("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", out var session, out _) ? session.ToString() : "";

var isRight = response.Status == SipStatus.Ok && supported?.Split(", ").Contains("path") == true && description.StartsWith("v=0", StringComparison.Ordinal);
Console.WriteLine($"{response.Status}, Supported: {supported}, {description.Length} characters of SDP");
return isRight ? 0 : 1;
