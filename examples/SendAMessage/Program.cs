// Sends a message and says what became of it: dotnet run --project examples/SendAMessage -- sip:bob@example.com "Hello, Bob"
using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;

if (args is not [var to, var text])
{
    Console.Error.WriteLine("usage: SendAMessage URI TEXT");
    return 2;
}

await using var services = new ServiceCollection()
    .AddSipClient(options => options.From = Environment.GetEnvironmentVariable("SIP_FROM") ?? "sip:anonymous@anonymous.invalid")
    .BuildServiceProvider();
try
{
    await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
    var response = await connection.SendAsync(SipRequest.Message(SipUri.Parse(to), text)).FinalAsync();
    Console.WriteLine(response.IsSuccess ? $"delivered: {response.Status}" : $"refused: {response.Status}"); // 202: somebody will deliver it later
    return response.IsSuccess ? 0 : 1;
}
catch (SipException exception) // nobody answered, no such host, no network
{
    Console.WriteLine($"not delivered: {exception.Message}");
    return 1;
}
