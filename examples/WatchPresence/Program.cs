// Shows whether somebody is there, and each change: dotnet run --project examples/WatchPresence -- sip:bob@example.com
// Ctrl-C ends the subscription at the other side as well.
using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Errors;
using ModernSip.EventPackages;
using ModernSip.Messages;

if (args is not [var whom])
{
    Console.Error.WriteLine("usage: WatchPresence URI");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

await using var services = new ServiceCollection().AddSipClient().BuildServiceProvider();
await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
try
{
    // Refreshed before it expires, and begun anew where the notifier asks for it; disposed, it is ended.
    await using var subscription = await connection.SubscribeAsync(new() { Target = SipUri.Parse(whom), Event = "presence", Accept = { SipPresence.MediaType } }, stop.Token);
    await foreach (var notification in subscription.WithCancellation(stop.Token))
    {
        if (notification.Content is not { } document)
        {
            Console.WriteLine($"{notification.State}: nothing is known yet");
        }
        else if (SipPresence.TryParse(document.Octets, out var presence, out var problem))
        {
            var there = presence.IsOpen switch { true => "there", false => "away", null => "unknown" };
            Console.WriteLine($"{presence.Entity} is {there} {string.Join("; ", presence.Notes)}");
        }
        else
        {
            Console.WriteLine($"a document that cannot be read: {problem}");
        }
    }

    return 0; // the notifier has ended it
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (SipException exception)
{
    Console.WriteLine(exception.Message);
    return 1;
}
