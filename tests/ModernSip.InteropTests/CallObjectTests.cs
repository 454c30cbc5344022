using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.InteropTests.Peers;
using ModernSip.Messages;
using ModernSip.Sdp;
using ModernSip.Sessions;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>The call object with programs that others wrote.</summary>
public sealed class CallObjectTests(ITestOutputHelper output) : PeerTest(output)
{
    private static SipContent Offer => SipContent.Sdp(SdpSession.CreateAudioOffer(IPAddress.Loopback, 40_000).ToString());

    [Fact]
    public async Task Call_SippAnswers_IsMadeAndHungUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync(Deadline);

        await using (var call = await connection.CallAsync(callee.Uri, Offer, Deadline)) call.RemoteDescription!.GetText().Should().Contain("m=audio");

        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        callee.ReceivedStartLines().Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Should().Equal("INVITE", "ACK", "BYE");
    }

    [Fact]
    public async Task Call_BaresipAnswers_IsHeldResumedAndHungUpByThePeer()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync(Deadline);

        await using var call = await connection.CallAsync(baresip.Uri, Offer, Deadline);
        await call.HoldAsync(Deadline);
        Direction(call.RemoteDescription).Should().Be(SdpDirection.ReceiveOnly);
        await call.ResumeAsync(Deadline);
        Direction(call.RemoteDescription).Should().Be(SdpDirection.SendReceive);
        await call.SendDtmfAsync("42#", cancellationToken: Deadline);
        await baresip.HangUpAsync(Deadline);
        (await call.Completion.WaitAsync(Deadline)).Cause.Should().Be(SipDialogEnd.RemoteBye);
    }

    [Fact]
    public async Task OnInvite_BaresipCallsAndHangsUp_TheHandlerIsTold()
    {
        var baresip = await BaresipAgent.StartAsync(Bench);
        var fired = new TaskCompletionSource();
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync(Deadline);
        await using var answering = connection.OnInvite(async (invite, ended) =>
        {
            await invite.RespondAsync(SipStatus.Ringing, null, ended);
            await using var call = await invite.AcceptCallAsync(Answer(invite.Request), null, ended);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            fired.SetResult();
        });

        await baresip.DialAsync($"sip:service@{connection.LocalEndPoints[0]}", Deadline);
        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await baresip.HangUpAsync(Deadline);
        await fired.Task.WaitAsync(Deadline);
    }

    private static SdpDirection Direction(SipContent? description)
    {
        var session = SdpSession.Parse(description!.Octets.Span);
        return session.DirectionOf(session.Media[0]);
    }

    private static SipContent Answer(SipRequest invite)
    {
        var capabilities = new Sdp.Negotiation.SdpCapabilities(new SdpOrigin(1, 1, IPAddress.Loopback), new SdpConnection(IPAddress.Loopback), [new Sdp.Negotiation.SdpMediaCapability("audio", 40_002, [SdpCodec.Pcmu, SdpCodec.Pcma])]);
        return SipContent.Sdp(Sdp.Negotiation.SdpAnswerer.Answer(SdpSession.Parse(invite.Body.Span), capabilities).ToString());
    }

    private static ServiceProvider Services() => new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").BuildServiceProvider();
}
