using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Authentication;
using ModernSip.Messages;

await using var services = new ServiceCollection()
    .AddSipClient(options => options.Credentials.Add(new SipCredentials("alice", "secret")))
    .BuildServiceProvider();
await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@example.com" });
await using var call = await registration.CallAsync("sip:bob@example.com", SipContent.Sdp(File.ReadAllText("offer.sdp")));
Console.WriteLine(call.RemoteDescription?.GetText()); // where bob wants to hear you; the end of the program hangs up and unregisters
