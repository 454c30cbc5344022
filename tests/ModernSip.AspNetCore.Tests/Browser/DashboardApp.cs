using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModernSip.Messages;
using ModernSip.Testing;

namespace ModernSip.AspNetCore.Tests.Browser;

/// <summary>A web application with the dashboard: its user is registered and answers calls; and a peer who calls.</summary>
internal sealed class DashboardApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private SipConnection? _connection;
    private SipConnection? _peer;
    private Task _answering = Task.CompletedTask;

    private DashboardApp(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public SipConnection Peer => _peer!;

    /// <summary>The user who answers.</summary>
    public SipUri Uri => SipUri.Create("127.0.0.1", "bob", _connection!.LocalEndPoints[0].Port);

    /// <summary>How requests other than calls are answered.</summary>
    public Func<SipRequest, SipResponse> Answer { get; set; } = static request => request.CreateResponse(SipStatus.Ok);

    public static async Task<DashboardApp> StartAsync(string environment = "Development")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSipClient(static options => options.LocalAddress = "127.0.0.1:0").AddSipDashboard();
        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        builder.Services.AddAuthorization(static options => options.AddPolicy("operators", static policy => policy.RequireClaim("operator")));
        var app = builder.Build();
        app.MapSipDashboard();
        app.MapSipDashboard("/operators/sip", "operators");
        await app.StartAsync();
        var started = new DashboardApp(app);
        await started.BeginAsync();
        return started;
    }

    /// <summary>A call from the peer, answered and up.</summary>
    public async Task<SipInviteDialog> CallAsync()
    {
        var dialog = Peer.CreateInviteDialog(Uri);
        (await dialog.SendInviteAsync(SipWebApp.Description).FinalAsync().WaitAsync(TimeSpan.FromSeconds(20))).StatusCode.Should().Be(200);
        return dialog;
    }

    public async Task RegisterAsync()
    {
        var registrar = await SipTestServer.StartAsync(new() { LocalAddress = "127.0.0.1:0", Accounts = { ["bob"] = "secret" } });
        _owned.Add(registrar);
        _owned.Add(await _connection!.RegisterAsync(new() { AddressOfRecord = registrar.UriOf("bob").ToString(), Credentials = { new("bob", "secret") } }));
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (var one in _owned) await one.DisposeAsync();
        await _stopping.CancelAsync();
        await _answering;
        await _app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        _stopping.Dispose();
    }

    private async Task BeginAsync()
    {
        _connection = await _app.Services.GetRequiredService<ISipClient>().ConnectAsync();
        _answering = AnswerAsync(_connection.IncomingAsync(_stopping.Token));
        var peer = new ServiceCollection().AddSipClient(static options => (options.LocalAddress, options.From) = ("127.0.0.1:0", "<sip:alice@example.test>")).BuildServiceProvider();
        _owned.Add(peer);
        _peer = await peer.GetRequiredService<ISipClient>().ConnectAsync();
    }

    private async Task AnswerAsync(IAsyncEnumerable<SipIncomingRequest> requests)
    {
        try
        {
            await foreach (var request in requests)
            {
                if (request is SipIncomingInvite invite)
                {
                    await invite.RespondAsync(SipStatus.Ringing);
                    await invite.AcceptAsync(SipWebApp.Description);
                }
                else
                {
                    await request.RespondAsync(Answer(request.Request));
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    /// <summary>Whoever names himself in a header is that one.</summary>
    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-User"] is not [{ } name]) return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), .. name == "root" ? [new Claim("operator", "yes")] : Array.Empty<Claim>()], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
