using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using ModernSip.Errors;
using ModernSip.Tests.Transport.Streams;
using ModernSip.Transport;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;

namespace ModernSip.Tests.Transport.Tls;

public sealed class SipTlsTransportTests : IAsyncLifetime
{
    private readonly TlsWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public async Task Send_BetweenTwoBindings_UsesOneConnectionBothWays()
    {
        var server = await _world.ServeAsync("uri:sip:example.test");
        var client = await _world.CreateClientAsync();

        var opened = await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default);
        opened.Send(TestMessages.Options(1, new string('b', 100_000)));
        var request = await _world.Served.NextAsync("message");
        request.Flow.Send(TestMessages.Options(2));

        request.Octets.Should().Equal(TestMessages.Options(1, new string('b', 100_000)));
        (await _world.Answered.NextAsync("message")).Flow.Should().BeSameAs(opened);
        opened.Protocol.Should().Be(SipTransportProtocol.Tls);
        opened.IsReliable.Should().BeTrue();
        (await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default)).Should().BeSameAs(opened);
    }

    [Fact]
    public async Task Close_AfterAnExchange_EndsBothSidesInOrder()
    {
        var server = await _world.ServeAsync("dns:example.test");
        var client = await _world.CreateClientAsync();
        var opened = await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default);
        opened.Send(TestMessages.Options(1));
        await _world.Served.NextAsync("message");

        opened.Close();

        (await _world.Answered.NextAsync("closed")).Error.Should().BeNull();
        (await _world.Served.NextAsync("closed")).Error.Should().BeNull();
    }

    [Fact]
    public async Task Bind_WithoutACertificate_ListensNowhereAndStillConnects()
    {
        var server = await _world.ServeAsync("dns:example.test");
        var client = await _world.CreateClientAsync();

        client.LocalEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, 0));
        (await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default)).RemoteEndPoint.Should().Be(server.LocalEndPoint);
    }

    [Fact]
    public async Task Class46_NameNotKnown_IsNotConnected()
    {
        var server = await _world.ServeAsync("dns:example.test");
        var client = await _world.CreateClientAsync();

        (await client.Awaiting(binding => binding.ConnectAsync(new(server.LocalEndPoint), default).AsTask()).Should().ThrowAsync<SipTransportException>())
            .WithMessage("*no name that its certificate could be checked for*");
    }

    [Fact]
    public async Task Class46_ConnectionOfOneName_ServesAnotherOnlyWhereTheCertificateCoversIt()
    {
        var server = await _world.ServeAsync("dns:one.test", "dns:two.test");
        var client = await _world.CreateClientAsync();
        var one = await client.ConnectAsync(new(server.LocalEndPoint, "one.test"), default);

        (await client.ConnectAsync(new(server.LocalEndPoint, "two.test"), default)).Should().BeSameAs(one);
        (await client.Awaiting(binding => binding.ConnectAsync(new(server.LocalEndPoint, "three.test"), default).AsTask()).Should().ThrowAsync<SipCertificateException>())
            .Which.Problem.Should().Be(SipCertificateProblem.WrongName);
        one.IsClosed.Should().BeFalse();
    }

    [Fact]
    public async Task Class46_AcceptedConnectionWithoutACertificate_ServesItsAddressAndNoName()
    {
        var server = await _world.ServeAsync("dns:example.test");
        var client = await _world.CreateClientAsync();
        (await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default)).Send(TestMessages.Options(1));
        var accepted = (await _world.Served.NextAsync("message")).Flow;

        (await server.ConnectAsync(new(accepted.RemoteEndPoint, "127.0.0.1"), default)).Should().BeSameAs(accepted);
        await server.Awaiting(binding => binding.ConnectAsync(new(accepted.RemoteEndPoint, "example.test"), default).AsTask()).Should().ThrowAsync<SipTransportException>();
    }

    [Fact]
    public async Task MutualTls_ClientShowsACertificate_IsServedUnderItsName()
    {
        var server = await _world.ServeAsync(_world.Authority.Issue("server.test", ["dns:example.test"]), Require);
        var client = await _world.CreateClientAsync(options => options.UseClientCertificate(_world.Authority.Issue("client", ["uri:sip:client.test"])));

        (await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default)).Send(TestMessages.Options(1));
        var accepted = (await _world.Served.NextAsync("message")).Flow;

        (await server.ConnectAsync(new(accepted.RemoteEndPoint, "client.test"), default)).Should().BeSameAs(accepted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MutualTls_ClientShowsNoneOrOneOfAnotherAuthority_IsRefused(bool showsOne)
    {
        var server = await _world.ServeAsync(_world.Authority.Issue("server.test", ["dns:example.test"]), Require);
        var client = await _world.CreateClientAsync(options =>
        {
            if (showsOne) options.UseClientCertificate(TestAuthority.Create("Another CA").Issue("client", ["uri:sip:client.test"]));
        });

        // With TLS 1.3 the client believes that the handshake is over before the server has looked.
        var flow = await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default).AsTask().ContinueWith(task => task.IsFaulted ? null : task.Result, TaskScheduler.Default);

        if (flow is not null) await _world.Answered.NextAsync("closed");
        await FluentActions.Awaiting(async () => { while (server.Flows.Count > 0) await Task.WhenAll(server.Flows.Select(left => left.Completion)); }).Should().CompleteWithinAsync(TimeSpan.FromSeconds(20));
        server.Counters.FailedHandshakes.Should().Be(1);
        _world.Served.HasMore.Should().BeFalse("a connection that was refused was never a flow");
    }

    [Fact]
    public async Task Hooks_OfBothSides_AreAsked()
    {
        var seen = new List<string>();
        var server = await _world.ServeAsync(_world.Authority.Issue("server.test", ["dns:example.test"]), options => options.ConfigureServer = server =>
        {
            server.EnabledSslProtocols = SslProtocols.Tls12;
            server.ApplicationProtocols = [new SslApplicationProtocol("sip/2")];
        });
        var client = await _world.CreateClientAsync(options => options.ConfigureClient = client =>
        {
            client.ApplicationProtocols = [new SslApplicationProtocol("sip/2")];
            lock (seen) seen.Add(client.TargetHost!);
        });

        await client.ConnectAsync(new(server.LocalEndPoint, "example.test."), default);

        seen.Should().Equal("example.test");
    }

    [Fact]
    public async Task Insecure_AnyCertificate_IsTaken()
    {
        var server = await _world.ServeAsync(TestAuthority.SelfSigned("nobody"));
        var client = await _world.CreateClientAsync(options => options.AcceptAnyCertificate = true);

        var one = await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default);

        (await client.ConnectAsync(new(server.LocalEndPoint), default)).Should().BeSameAs(one);
    }

    [Fact]
    public async Task Class05_HalfOpenHandshake_IsClosedAfterFiveSeconds()
    {
        var time = new ManualTime();
        var server = await _world.ServeAsync(TestAuthority.Create(now: time.GetUtcNow()).Issue("server.test", ["dns:example.test"]), time: time);
        using var silent = await TcpPeer.ConnectAsync(server.LocalEndPoint);
        await silent.SendAsync([0x16, 0x03, 0x01]);
        await time.ArmedAsync(SipStreamOptions.Default.HandshakeTimeout);
        var flow = server.Flows.Single();

        time.Advance(SipStreamOptions.Default.HandshakeTimeout);

        await flow.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        server.Flows.Should().BeEmpty();
        server.Counters.FailedHandshakes.Should().Be(1);
        _world.Served.HasMore.Should().BeFalse();
    }

    [Fact]
    [Trait("Idea", "48")]
    public async Task Class05_ServerThatNeverShakesHands_FailsTheConnectAfterFiveSeconds()
    {
        var time = new ManualTime();
        using var deaf = await FullListener.CreateAsync();
        deaf.MakeRoom();
        var client = await _world.CreateClientAsync(time: time);
        var connecting = client.ConnectAsync(new(deaf.EndPoint, "example.test"), default).AsTask();
        await time.ArmedAsync(SipStreamOptions.Default.HandshakeTimeout);

        time.Advance(SipStreamOptions.Default.HandshakeTimeout);

        (await FluentActions.Awaiting(() => connecting.WaitAsync(TimeSpan.FromSeconds(20))).Should().ThrowAsync<SipTransportException>())
            .WithMessage("No TLS connection to example.test (*): the TLS handshake took longer than 5 s");
    }

    [Fact]
    public async Task Class12_PlainSipOnTheTlsPort_ClosesThatConnectionOnly()
    {
        var server = await _world.ServeAsync("dns:example.test");
        using var plain = await TcpPeer.ConnectAsync(server.LocalEndPoint);

        await plain.SendAsync(TestMessages.Options(1));

        (await plain.ReadToEndOrResetAsync()).Should().NotContain("SIP");
        var client = await _world.CreateClientAsync();
        (await client.ConnectAsync(new(server.LocalEndPoint, "example.test"), default)).Send(TestMessages.Options(2));
        (await _world.Served.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(2));
    }

    [Fact]
    public async Task Class12_TlsOnTheTcpPort_IsClosedWithoutAnAnswer()
    {
        var receiver = new RecordingReceiver();
        await using var tcp = (ConnectionBinding)await new SipTcpTransport().BindAsync(new IPEndPoint(IPAddress.Loopback, 0), receiver, default);
        var client = await _world.CreateClientAsync();

        (await client.Awaiting(binding => binding.ConnectAsync(new(tcp.LocalEndPoint, "example.test"), default).AsTask()).Should().ThrowAsync<SipTransportException>())
            .WithMessage("No TLS connection to example.test (*): the *TLS handshake*");
        (await receiver.NextAsync("malformed")).Reason.Should().NotBeNullOrEmpty();
        (await receiver.NextAsync("closed")).Error.Should().BeOfType<SipTransportException>();
    }

    private void Require(SipTlsOptions options)
    {
        options.RequireClientCertificate = true;
        options.Trust(_world.Authority.Certificate);
    }
}
