using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;
using ModernSip.Transport.Udp;
using static FluentAssertions.FluentActions;

namespace ModernSip.Tests.Transport.Udp;

/// <summary>ICMP messages: they reach whoever sent the datagram, at once, and nobody else. Linux tells whose they are; the rest of the class needs no such thing.</summary>
public sealed class UndeliveredTests
{
    private readonly RecordingReceiver _receiver = new();
    private readonly SipUdpTransport _transport = new();

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "::1")]
    public async Task Send_NobodyListens_TheReceiverIsToldWhatWasNotDelivered(string local, string peer)
    {
        await using var binding = await BindAsync(local);
        var flow = await binding.ConnectAsync(new(Closed(peer)), default);
        flow.Send(TestMessages.Options(1));
        var told = await _receiver.NextAsync("undelivered");
        told.Flow.Should().BeSameAs(flow);
        told.Error.Should().BeOfType<SipTransportException>().Which.Message.Should().Contain("ConnectionRefused");
        told.Octets.Should().Equal(TestMessages.Options(1), "a short datagram is given back whole");
        binding.Counters.Undelivered.Should().Be(1);
    }

    [Fact, Trait("Class", "51")]
    public async Task Class51_ErrorsOfOnePeer_DoNotTouchOthers()
    {
        var other = new RecordingReceiver();
        await using var binding = await BindAsync("127.0.0.1");
        await using var alive = (UdpBinding)await new SipUdpTransport().BindAsync(new(IPAddress.Loopback, 0), other, default);
        var dead = await binding.ConnectAsync(new(Closed("127.0.0.1")), default);
        var good = await binding.ConnectAsync(new(alive.LocalEndPoint), default);
        for (var i = 0; i < 200; i++)
        {
            dead.Send(TestMessages.Options(1));
            good.Send(TestMessages.Options(2));
        }

        for (var i = 0; i < 200; i++) (await other.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(2));
        for (var i = 0; i < 200; i++) (await _receiver.NextAsync("undelivered")).Flow.Should().BeSameAs(dead);
        (await alive.ConnectAsync(new(binding.LocalEndPoint), default)).Send(TestMessages.Options(3));
        (await _receiver.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(3), "the socket goes on");
        binding.Counters.RefusedSends.Should().Be(0);
        binding.Counters.ReceiveErrors.Should().Be(0, "what was told is no error of the socket");
    }

    [Fact, Trait("Class", "51"), Trait("Req", "B2")]
    public async Task Class51_RequestToAClosedPort_FailsAtOnceAndTheNextGoesThrough()
    {
        var services = new ServiceCollection();
        services.AddSipClient(static options => options.LocalAddress = "127.0.0.1");
        await using var provider = services.BuildServiceProvider();
        await using var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            await Awaiting(() => connection.SendAsync(SipRequest.Options($"sip:{Closed("127.0.0.1")}")).FinalAsync()).Should().ThrowAsync<SipTransportException>().WithMessage("*ConnectionRefused*");
        }

        TimeProvider.System.GetElapsedTime(begun).Should().BeLessThan(TimeSpan.FromSeconds(10));
        var own = connection.LocalEndPoints[0];
        (await connection.SendAsync(SipRequest.Options($"sip:{own}")).FinalAsync()).StatusCode.Should().Be(200);
    }

    [Fact, Trait("Req", "A2")]
    public async Task Send_BothFamiliesBound_ADeadOneCostsOneAttempt()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ModernSip.Resolution.ISipDnsResolver>(new ModernSip.Tests.Resolution.ZoneResolver("both.test AAAA ::1", "both.test A 127.0.0.1"));
        services.AddSipClient(static options => options.LocalAddress = "lo");
        services.AddSipClient("peer", static options => options.LocalAddress = "127.0.0.1");
        await using var provider = services.BuildServiceProvider();
        await using var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        await using var peer = await provider.GetRequiredKeyedService<ISipClient>("peer").ConnectAsync();
        connection.LocalEndPoints.Select(static local => local.AddressFamily).Distinct().Should().HaveCount(2);
        var final = await connection.SendAsync(SipRequest.Options($"sip:both.test:{peer.LocalEndPoints[0].Port}")).FinalAsync();
        final.StatusCode.Should().Be(200, "nobody listens at the IPv6 address, which comes first, and ICMP says so");
        final.Headers.Via!.Host.Should().Be("127.0.0.1");
    }

    [Theory, Trait("Class", "51")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport\r\nTo: x", "OPTIONS", "z9hG4bKabc")]
    [InlineData("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKabc\r\n", "INVITE", "z9hG4bKabc")]
    public void Class51_BeginningOfARequest_TellsItsTransaction(string text, string method, string branch)
    {
        UndeliveredRequest.TryRead(System.Text.Encoding.ASCII.GetBytes(text), out var request).Should().BeTrue();
        request!.Method.Name.Should().Be(method);
        System.Text.Encoding.ASCII.GetString(request.Branch).Should().Be(branch);
    }

    [Theory, Trait("Class", "51")]
    [InlineData("")]
    [InlineData("OPTIONS")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKab")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=")]
    [InlineData("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport\r\n")]
    [InlineData("\0\u0001\u0002 ;branch=z9hG4bKabc;rport\r\n")]
    public void Class51_TooLittleOfARequest_TellsNothing(string text) =>
        UndeliveredRequest.TryRead(System.Text.Encoding.Latin1.GetBytes(text), out _).Should().BeFalse();

    private static IPEndPoint Closed(string address)
    {
        using var socket = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private async Task<UdpBinding> BindAsync(string address) => (UdpBinding)await _transport.BindAsync(new(IPAddress.Parse(address), 0), _receiver, default);
}
