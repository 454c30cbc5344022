// Calls somebody and, once answered, transfers them to somebody else: dotnet run --project examples/TransferACall -- sip:bob@example.com sip:carol@example.com
using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sdp;

if (args is not [var callee, var target])
{
    Console.Error.WriteLine("usage: TransferACall CALLEE TARGET");
    return 2;
}

await using var services = new ServiceCollection().AddSipClient().BuildServiceProvider();
await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
try
{
    // An offer of audio at a port where nobody listens: media is not SIP's business.
    var offer = SipContent.Sdp(SdpSession.CreateAudioOffer(connection.LocalEndPoints[0].Address, 9).ToString());
    await using var call = await connection.CallAsync(SipUri.Parse(callee), offer);
    Console.WriteLine($"{callee} is here");

    // REFER; the callee calls the target, and tells how that goes (RFC 3515). Refused, this throws.
    await using var transfer = await call.TransferAsync(SipUri.Parse(target));
    await foreach (var progress in transfer) Console.WriteLine($"transfer: {progress.Status}");

    // The call to the callee is up until now, so a transfer that failed could go on talking.
    if (transfer.Last?.Status.IsSuccess != true) return 1;
    await call.HangUpAsync();
    Console.WriteLine($"ended: {(await call.Completion).Cause}");
    return 0;
}
catch (SipException exception)
{
    Console.WriteLine(exception.Message);
    return 1;
}
