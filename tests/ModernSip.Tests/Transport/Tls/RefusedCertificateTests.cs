using System.Security.Cryptography.X509Certificates;
using ModernSip.Errors;
using ModernSip.Transport.Streams;

namespace ModernSip.Tests.Transport.Tls;

/// <summary>Certificates that are not accepted: the exception says which and why, and nobody else suffers.</summary>
public sealed class RefusedCertificateTests : IAsyncLifetime
{
    private readonly TlsWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public Task Class46_Expired_IsRefusedWithTheDates() =>
        IsRefusedAsync(_world.Authority.Issue("old.test", ["dns:example.test"], from: -20, to: -10), SipCertificateProblem.OutOfDate, "*the certificate 'CN=old.test' is valid only from * to * UTC");

    [Fact]
    public Task Class46_NotYetValid_IsRefusedWithTheDates() =>
        IsRefusedAsync(_world.Authority.Issue("early.test", ["dns:example.test"], from: 10, to: 20), SipCertificateProblem.OutOfDate, "*the certificate 'CN=early.test' is valid only from * to * UTC");

    [Fact]
    [Trait("Idea", "48")]
    public Task Class46_WrongName_IsRefusedWithBothNames() =>
        IsRefusedAsync(_world.Authority.Issue("other", ["dns:other.test"]), SipCertificateProblem.WrongName, "*the certificate 'CN=other' is for 'other.test', not for 'example.test'");

    [Fact]
    public Task Class46_Wildcard_IsRefusedAsSuch() =>
        IsRefusedAsync(_world.Authority.Issue("wild", ["dns:*.test"]), SipCertificateProblem.Wildcard, "*the certificate 'CN=wild' is for '[*].test', and a wildcard does not count for the SIP domain 'example.test' (RFC 5922)");

    [Fact]
    public Task Class46_SelfSigned_IsRefusedAsSuch() =>
        IsRefusedAsync(TestAuthority.SelfSigned("alone", "dns:example.test"), SipCertificateProblem.SelfSigned, "*the certificate 'CN=alone' is self-signed, and not among those that are trusted");

    [Fact]
    public Task Class46_OfAnotherAuthority_IsRefusedNamingIt() =>
        IsRefusedAsync(TestAuthority.Create("Another CA").Issue("server", ["dns:example.test"]), SipCertificateProblem.UntrustedAuthority, "*the certificate 'CN=server' was issued under 'CN=Another CA', which is not trusted");

    [Fact]
    public Task Class46_OfATrustedNameButAnotherKey_IsRefused() =>
        IsRefusedAsync(TestAuthority.Create().Issue("server", ["dns:example.test"]), SipCertificateProblem.Other, "*the certificate 'CN=server' does not hold: *");

    private async Task IsRefusedAsync(X509Certificate2 certificate, SipCertificateProblem problem, string message)
    {
        var bad = await _world.ServeAsync(certificate);
        var client = await _world.CreateClientAsync();

        var refused = await client.Awaiting(binding => binding.ConnectAsync(new(bad.LocalEndPoint, "example.test"), default).AsTask()).Should().ThrowAsync<SipCertificateException>();

        refused.WithMessage("No TLS connection to example.test (127.0.0.1:*): " + message.Replace("[*]", "?", StringComparison.Ordinal));
        refused.Which.Problem.Should().Be(problem);
        refused.Which.Subject.Should().Be(certificate.Subject);
        client.Flows.Should().BeEmpty();
        await ServesStillAsync(client);
    }

    private async Task ServesStillAsync(ConnectionBinding client)
    {
        var good = await _world.ServeAsync("dns:example.test");
        (await client.ConnectAsync(new(good.LocalEndPoint, "example.test"), default)).Send(TestMessages.Options(1));
        var first = await _world.Served.NextAsync();
        if (first.Kind == "closed") first = await _world.Served.NextAsync(); // with TLS 1.3 the server was done before the client refused
        first.Octets.Should().Equal(TestMessages.Options(1));
    }
}
