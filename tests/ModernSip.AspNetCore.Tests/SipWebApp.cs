using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModernSip.Messages;
using ModernSip.Tests.Transport.Tls;

namespace ModernSip.AspNetCore.Tests;

/// <summary>A web application that speaks SIP: a WebSocket path over HTTP and HTTPS, and end points of Kestrel for TCP and TLS. Its user answers everything.</summary>
public sealed class SipWebApp : IAsyncDisposable
{
    /// <summary>One audio stream; an offer, and the answer to it.</summary>
    public static readonly SipContent Description = SipContent.Sdp("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n");

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<SipInviteDialog> _calls = Channel.CreateUnbounded<SipInviteDialog>();
    private readonly List<ServiceProvider> _clients = [];
    private readonly List<SipConnection> _connections = [];
    private SipConnection? _connection;
    private Task _answering = Task.CompletedTask;

    private SipWebApp(WebApplication app, TestAuthority authority)
    {
        _app = app;
        Authority = authority;
        var ports = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(static address => new Uri(address).Port).ToArray();
        (Http, Https, Tcp, Tls) = (ports[0], ports[1], ports[2], ports[3]);
    }

    internal TestAuthority Authority { get; }

    public int Http { get; }

    public int Https { get; }

    public int Tcp { get; }

    public int Tls { get; }

    public SipConnection Connection => _connection ?? throw new InvalidOperationException("Not connected.");

    /// <summary>The calls that were answered and acknowledged.</summary>
    public ChannelReader<SipInviteDialog> Calls => _calls.Reader;

    internal ModernSip.Transport.SipConnectionAcceptor Acceptor => _app.Services.GetRequiredService<ModernSip.Transport.SipConnectionAcceptor>();

    public static async Task<SipWebApp> StartAsync(bool connected = true)
    {
        var authority = TestAuthority.Create();
        var certificate = authority.Issue("localhost", ["dns:localhost", "ip:127.0.0.1"]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseSip());
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate, https => https.ClientCertificateMode = ClientCertificateMode.NoCertificate).UseSip());
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSipClient(options => options.LocalAddress = "127.0.0.1:0");
        var app = builder.Build();
        app.MapSip("/ws");
        app.MapGet("/", () => "not SIP");
        await app.StartAsync();
        var web = new SipWebApp(app, authority);
        if (connected) await web.ConnectAsync();
        return web;
    }

    public async Task ConnectAsync()
    {
        _connection = await _app.Services.GetRequiredService<ISipClient>().ConnectAsync();
        _answering = AnswerAsync(_connection.IncomingAsync(_stopping.Token));
    }

    /// <summary>A client of its own stack, which trusts the application's certificate.</summary>
    public async Task<SipConnection> CreateClientAsync()
    {
        var services = new ServiceCollection();
        services.AddSipClient(static options =>
        {
            options.LocalAddress = "127.0.0.1:0";
            options.From = "<sip:alice@example.test>";
        });
        services.ConfigureSipStack(options =>
        {
            options.Tls.Trust(Authority.Certificate);
        });
        var provider = services.BuildServiceProvider();
        _clients.Add(provider);
        var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        _connections.Add(connection);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        foreach (var client in _clients) await client.DisposeAsync();
        await _stopping.CancelAsync();
        await _answering;
        await _app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        _stopping.Dispose();
    }

    private async Task AnswerAsync(IAsyncEnumerable<SipIncomingRequest> requests)
    {
        try
        {
            await foreach (var request in requests)
            {
                if (request is SipIncomingInvite invite) _calls.Writer.TryWrite(await invite.AcceptAsync(Description));
                else await request.RespondAsync(SipStatus.Ok);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
