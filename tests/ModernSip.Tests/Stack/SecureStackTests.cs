using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Tests.Transport.Tls;

namespace ModernSip.Tests.Stack;

/// <summary>Whole stacks over TLS on loopback: certificates from PEM files that the configuration names, sips URIs, and one connection both ways.</summary>
public sealed class SecureStackTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modernsip-tls");
    private readonly TestAuthority _authority = TestAuthority.Create();

    [Fact, Trait("Req", "A1"), Trait("Req", "A9")]
    public async Task Call_CertificatesFromTheConfiguration_GoesOverTlsWithSipsContacts()
    {
        await using var server = Services(Configure("server", "ip:127.0.0.1"));
        await using var client = Services(new() { ["Tls:TrustedCertificatesFile"] = Write("ca.pem", _authority.Certificate.ExportCertificatePem()) });
        await using var serving = await server.GetRequiredService<ISipClient>().ConnectAsync();
        await using var calling = await client.GetRequiredService<ISipClient>().ConnectAsync();
        await using var incoming = serving.IncomingAsync().GetAsyncEnumerator();
        var dialog = calling.CreateInviteDialog($"sips:bob@127.0.0.1:{SecurePort(serving)}");
        var transaction = dialog.SendInviteAsync();

        (await incoming.MoveNextAsync().AsTask().WaitAsync(Limit)).Should().BeTrue();
        var invite = incoming.Current.Request;
        invite.Headers.Via!.Transport.Should().Be("TLS");
        invite.Headers.Contact!.Uri.Should().Match<SipUri>(static contact => contact.IsSecure && contact.Transport == null);
        await incoming.Current.RespondAsync(SipStatus.Ringing);
        await incoming.Current.RespondAsync(SipStatus.BusyHere);
        var ringing = default(SipResponse);
        await foreach (var response in transaction) ringing ??= response.StatusCode == 180 ? response : null;
        ringing!.Headers.Contact!.Uri.IsSecure.Should().BeTrue("RFC 3261 §12.1.1");
    }

    [Fact, Trait("Req", "A9")]
    public async Task Send_ToAPeerThatOpenedTheConnectionAndAskedForIt_GoesBackOverIt()
    {
        await using var server = Services(Configure("server", "ip:127.0.0.1"));
        var own = _authority.Issue("client.test", ["ip:127.0.0.1"]);
        await using var client = new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").ConfigureSipStack(options =>
        {
            options.Tls.Trust(_authority.Certificate);
            options.Tls.UseClientCertificate(own);
        }).BuildServiceProvider();
        await using var serving = await server.GetRequiredService<ISipClient>().ConnectAsync();
        await using var calling = await client.GetRequiredService<ISipClient>().ConnectAsync();
        var reached = AnswerAsync(serving.IncomingAsync());
        (await calling.SendAsync(SipRequest.Message($"sip:bob@127.0.0.1:{SecurePort(serving)};transport=tls", "hello")).FinalAsync().WaitAsync(Limit)).StatusCode.Should().Be(200);
        var via = (await reached).Headers.Via!;
        via.Parameters.Contains("alias").Should().BeTrue("RFC 5923 §6");

        var back = AnswerAsync(calling.IncomingAsync());
        var answer = await serving.SendAsync(SipRequest.Message($"sip:alice@127.0.0.1:{via.Port};transport=tls", "hello")).FinalAsync().WaitAsync(Limit);

        answer.StatusCode.Should().Be(200, "nothing listens for TLS at the client: only its own connection leads there");
        (await back).Headers.Via!.Transport.Should().Be("TLS");
    }

    [Fact, Trait("Req", "F2")]
    public async Task Register_RegistrarWantsATokenAndThenAnother_IsGivenThem()
    {
        var world = await TokenWorld.StartAsync(this, "first", "second");
        await using var _ = world;
        var asked = new List<SipChallenge>();
        await using var registration = await world.RegisterAsync((challenge, _) =>
        {
            asked.Add(challenge);
            return new(asked.Count == 1 ? "first" : "second");
        });
        registration.IsActive.Should().BeTrue();
        await registration.RefreshAsync().WaitAsync(Limit);
        asked.Should().ContainSingle("the token is used for later requests unasked").Which.Should().BeEquivalentTo(new { Scheme = "Bearer", Realm = "example.test", Scope = "sip", AuthorizationServer = "https://issuer.test", Error = default(string) });

        world.Accepted = "second";
        await registration.RefreshAsync().WaitAsync(Limit);
        asked.Should().HaveCount(2);
        asked[1].Error.Should().Be("invalid_token");
    }

    [Theory, Trait("Req", "F3"), Trait("Class", "42")]
    [InlineData("wrong", 2)]
    [InlineData(null, 1)]
    [InlineData("no token", 1)]
    public async Task Class42_RegistrarRefusesEveryToken_IsGivenUp(string? token, int most)
    {
        var world = await TokenWorld.StartAsync(this, "right");
        await using var _ = world;
        var asked = 0;
        var registering = () => world.RegisterAsync((_, _) => new(token is "wrong" ? $"wrong{++asked}" : token));
        (await registering.Should().ThrowAsync<SipForbiddenException>()).Which.Response.StatusCode.Should().Be(401);
        asked.Should().BeLessThanOrEqualTo(most);
    }

    [Fact, Trait("Req", "F7"), Trait("Class", "46")]
    public async Task Class46_ChallengeForATokenInTheClear_IsNotMet()
    {
        var world = await TokenWorld.StartAsync(this, "right");
        await using var _ = world;
        var registering = () => world.RegisterAsync((_, _) => throw new InvalidOperationException("It must not be asked."), secure: false);
        (await registering.Should().ThrowAsync<SipForbiddenException>()).Which.Message.Should().Contain("over TLS only");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<SipRequest> AnswerAsync(IAsyncEnumerable<SipIncomingRequest> incoming)
    {
        await foreach (var request in incoming)
        {
            await request.RespondAsync(SipStatus.Ok);
            return request.Request;
        }

        throw new InvalidOperationException("Nothing arrived.");
    }

    /// <summary>A registrar that takes one access token, and a client that trusts it.</summary>
    private sealed class TokenWorld : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _owned = [];
        private Task _serving = Task.CompletedTask;
        private SipConnection _registrar = null!; // set by StartAsync
        private SipConnection _client = null!;

        public string Accepted { get; set; } = "";

        public static async Task<TokenWorld> StartAsync(SecureStackTests test, params string[] accepted)
        {
            var world = new TokenWorld { Accepted = accepted[0] };
            var server = new ServiceCollection().AddSipClient(static options =>
            {
                options.LocalAddress = "127.0.0.1";
                options.Capabilities.Methods.Add("REGISTER");
            }).ConfigureSipStack(new ConfigurationBuilder().AddInMemoryCollection(test.Configure("server", "ip:127.0.0.1")).Build()).BuildServiceProvider();
            var client = Services(new() { ["Tls:TrustedCertificatesFile"] = test.Write("ca.pem", test._authority.Certificate.ExportCertificatePem()) });
            world._registrar = await server.GetRequiredService<ISipClient>().ConnectAsync();
            world._client = await client.GetRequiredService<ISipClient>().ConnectAsync();
            world._owned.AddRange([client, server]);
            world._serving = world.ServeAsync(world._registrar.IncomingAsync());
            return world;
        }

        public Task<SipRegistration> RegisterAsync(Func<SipChallenge, CancellationToken, ValueTask<string?>> getToken, bool secure = true) =>
            _client.RegisterAsync(new()
            {
                AddressOfRecord = "sip:alice@127.0.0.1",
                Registrar = SipUri.Parse(secure ? $"sip:127.0.0.1:{SecurePort(_registrar)};transport=tls" : $"sip:127.0.0.1:{SecurePort(_registrar) - 1};transport=tcp"),
                Credentials = { SipCredentials.FromToken(getToken) },
            }).WaitAsync(Limit);

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await _registrar.DisposeAsync();
            await _serving.WaitAsync(Limit);
            foreach (var one in _owned) await one.DisposeAsync();
        }

        private async Task ServeAsync(IAsyncEnumerable<SipIncomingRequest> incoming)
        {
            await foreach (var request in incoming)
            {
                var shown = request.Request.Headers["Authorization"];
                var response = request.Request.CreateResponse(shown == $"Bearer {Accepted}" ? SipStatus.Ok : SipStatus.Unauthorized);
                if (response.IsSuccess) response.Headers["Contact"] = $"{request.Request.Headers.Contact};expires=600";
                else response.Headers["WWW-Authenticate"] = "Bearer realm=\"example.test\", scope=\"sip\", authz_server=\"https://issuer.test\"" + (shown is null ? "" : ", error=\"invalid_token\"");
                await request.RespondAsync(response);
            }
        }
    }

    /// <summary>TLS is at the port above the one that UDP and TCP share.</summary>
    private static int SecurePort(SipConnection connection) => connection.LocalEndPoints.Max(static endPoint => endPoint.Port);

    private static ServiceProvider Services(Dictionary<string, string?> stack) =>
        new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").ConfigureSipStack(new ConfigurationBuilder().AddInMemoryCollection(stack).Build()).BuildServiceProvider();

    private Dictionary<string, string?> Configure(string name, params string[] names)
    {
        using var certificate = _authority.Issue($"{name}.test", names);
        using var key = certificate.GetECDsaPrivateKey()!;
        return new()
        {
            ["Tls:CertificateFile"] = Write($"{name}.pem", certificate.ExportCertificatePem()),
            ["Tls:KeyFile"] = Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()),
            ["Tls:TrustedCertificatesFile"] = Write("ca.pem", _authority.Certificate.ExportCertificatePem()),
        };
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
