using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModernSip.Authentication;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Testing;

namespace ModernSip.DocsTests.Surroundings;

/// <summary>
/// What a block of code finds around it: a server for example.com, with an account alice (password secret) and a user bob who answers calls and messages; a
/// client of alice's; and a peer. The names are those that the pages use, so they are no C# names for properties.
/// </summary>
/// <param name="page">The page that the block stands on.</param>
/// <param name="line">Its first line.</param>
internal abstract class Setting(string page, int line) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new(Limit, TimeProvider.System);
    private readonly List<IAsyncDisposable> _owned = [];
    private Task _meanwhile = Task.CompletedTask;
    private ServiceCollection? _services;
    private HostApplicationBuilder? _builder;

    /// <summary>Ends what goes on until somebody stops it.</summary>
    protected CancellationToken stopping => _stopping.Token;

    /// <summary>What the block has written to the console.</summary>
    protected string Shown => Screen.Text;

    protected TestDomain domain { get; private set; } = null!;

    protected SipTestServer server => domain.Server;

    protected ISipClient sip { get; private set; } = null!;

    protected SipConnection connection { get; private set; } = null!;

    protected SipRegistration registration { get; private set; } = null!;

    /// <summary>Somebody else, who calls and writes.</summary>
    protected SipConnection peer { get; private set; } = null!;

    /// <summary>The services of the application; built and tried when the block is over.</summary>
    protected IServiceCollection services => _services ??= new DocBlocks.ServiceCollection();

    /// <summary>The host of the application; started, tried and stopped when the block is over.</summary>
    protected HostApplicationBuilder builder => _builder ??= DocBlocks.Host.CreateApplicationBuilder();

    protected string[] args { get; set; } = [];

    /// <summary>The text that the block shows when it has done what it is to: then <see cref="stopping"/> is cancelled.</summary>
    protected virtual string? Until => null;

    protected virtual bool IsRegistered => false;

    public override string ToString() => $"{page}:{line}";

    public async Task RunAsync()
    {
        domain = Own(await TestDomain.StartAsync());
        Screen.Clear(Until, () => _stopping.Cancel());
        Stopping.Token = stopping;
        (sip, connection) = await ConnectAsync(new SipCredentials("alice", "secret"));
        (_, peer) = await ConnectAsync(null);
        if (IsRegistered) registration = Own(await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@example.com" }, stopping));
        await BeforeAsync();
        var block = RunBlockAsync(); // up to where it waits for somebody
        var meanwhile = MeanwhileAsync();
        try
        {
            if (await Task.WhenAny(block, meanwhile) == meanwhile) await meanwhile; // what failed there would never come to the block
            await block;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested && Until is not null && Screen.IsReached)
        {
            // It would go on for ever.
        }

        if (Until is { } text) Screen.Text.Should().Contain(text, "the block is to show that");
        await meanwhile;
        if (_services is not null) await TryAsync(_services.BuildServiceProvider());
        if (_builder is not null) await TryAsync(_builder.Build());
        await AfterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--) await _owned[i].DisposeAsync();
        await _meanwhile; // ends with the peer's connection
        _stopping.Dispose();
    }

    protected abstract Task RunBlockAsync();

    /// <summary>What is to be before the block runs.</summary>
    protected virtual Task BeforeAsync() => Task.CompletedTask;

    /// <summary>What others do while it runs.</summary>
    protected virtual Task MeanwhileAsync() => Task.CompletedTask;

    /// <summary>What is to be true when it has run.</summary>
    protected virtual Task AfterAsync() => Task.CompletedTask;

    protected T Own<T>(T owned) where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>Runs a service of the application's until it ends, or the block is over.</summary>
    protected async Task RunAsync(BackgroundService service)
    {
        await service.StartAsync(stopping);
        await service.ExecuteTask!.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await service.StopAsync(CancellationToken.None);
        if (service.ExecuteTask.IsFaulted) await service.ExecuteTask;
    }

    /// <summary>The peer calls, and hangs up at once when it is answered.</summary>
    protected async Task CallAsync(SipUri target)
    {
        await using var call = peer.CreateInviteDialog(target);
        (await call.SendInviteAsync(AnyOffer.Audio, stopping).FinalAsync(stopping)).Status.Should().Be(SipStatus.Ok);
    }

    /// <summary>The peer registers as a user, and tells the first who asks that it is there, and then that it is gone for good.</summary>
    protected async Task TellPresenceAsync(string user)
    {
        await RegisterPeerAsync(user);
        _meanwhile = TellAsync();

        async Task TellAsync()
        {
            await foreach (var incoming in peer.IncomingAsync(stopping))
            {
                var notifier = await ((SipIncomingSubscribe)incoming).AcceptAsync(new() { Content = PresenceOf(user) }, stopping);
                await notifier.TerminateAsync("noresource", cancellationToken: stopping);
                return;
            }
        }
    }

    /// <summary>The peer watches somebody's presence until it has been told twice.</summary>
    protected async Task WatchPresenceAsync(SipUri target)
    {
        await using var subscription = await peer.SubscribeAsync(new() { Target = target, Event = "presence" });
        var told = 0;
        await foreach (var _ in subscription)
        {
            if (++told == 2) return;
        }
    }

    /// <summary>The peer registers as a user, and takes what is published about it.</summary>
    protected async Task ComposeAsync(string user)
    {
        await RegisterPeerAsync(user);
        _meanwhile = TakeAsync();

        async Task TakeAsync()
        {
            var number = 0;
            await foreach (var incoming in peer.IncomingAsync())
            {
                var response = incoming.Request.CreateResponse(SipStatus.Ok);
                response.Headers["SIP-ETag"] = $"tag{++number}";
                response.Headers.Expires = incoming.Request.Headers.Expires;
                await incoming.RespondAsync(response);
            }
        }
    }

    private async Task RegisterPeerAsync(string user) =>
        Own(await peer.RegisterAsync(new() { AddressOfRecord = $"sip:{user}@example.com", Credentials = { new SipCredentials(user, "secret") } }, stopping));

    private static SipContent PresenceOf(string user) => new SipPresence { Entity = $"sip:{user}@example.com", Tuples = [new SipPresenceTuple("phone", true)] }.ToContent();

    /// <summary>Waits until alice can be reached at the server.</summary>
    protected async Task WhenRegisteredAsync()
    {
        await foreach (var happened in server.EventsAsync(stopping))
        {
            if (happened.Kind == SipTestServerEventKind.Registered) return;
        }
    }

    private async Task<(ISipClient Client, SipConnection Connection)> ConnectAsync(SipCredentials? credentials)
    {
        var provider = new DocBlocks.ServiceCollection()
            .AddSipClient(options =>
            {
                options.From = "sip:alice@example.com";
                options.Capabilities.Methods.Add("PUBLISH");
                if (credentials is not null) options.Credentials.Add(credentials);
            })
            .BuildServiceProvider();
        Own(provider);
        var client = new DocumentedClient(provider.GetRequiredService<ISipClient>());
        return (client, Own(await client.ConnectAsync(stopping)));
    }

    private async Task TryAsync(ServiceProvider provider)
    {
        Own(provider);
        await PingAsync(provider.GetRequiredService<ISipClient>());
    }

    private async Task TryAsync(IHost host)
    {
        Own((IAsyncDisposable)host);
        await host.StartAsync(stopping);
        await PingAsync(host.Services.GetRequiredService<ISipClient>());
        await host.StopAsync(stopping);
    }

    private async Task PingAsync(ISipClient client)
    {
        await using var used = await client.ConnectAsync(stopping);
        (await used.SendAsync(SipRequest.Options("sip:example.com"), stopping).FinalAsync(stopping)).Status.Should().Be(SipStatus.Ok);
    }
}
