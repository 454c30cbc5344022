using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Testing.Server;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>A SIP server inside the test: a registrar with digest, a proxy to the registered contacts, and a user who echoes calls and messages.</summary>
/// <remarks>
/// Built on the public face of the library alone. It runs on real sockets, or with <see cref="SipTestServerOptions.Platform"/> and
/// <see cref="SipTestServerOptions.Transports"/> on a simulated network. It takes every domain for its own, sends a request to the contact that was
/// registered last, and stays out of the dialogs that it helps to make: after the first answer the parties talk directly. No server for production.
/// </remarks>
public sealed class SipTestServer : IAsyncDisposable
{
    private const int MostWaitingEvents = 1_024;

    private readonly ServiceProvider _services;
    private readonly SipConnection _connection;
    private readonly LocationTable _locations;
    private readonly Reception _reception;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _handling = new();
    private readonly Channel<SipTestServerEvent> _events =
        Channel.CreateBounded<SipTestServerEvent>(new BoundedChannelOptions(MostWaitingEvents) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Task _loop;
    private int _isDisposed;

    private SipTestServer(ServiceProvider services, SipConnection connection, SipTestServerOptions options)
    {
        var platform = options.Platform ?? SipPlatform.Default;
        var verifier = new SipDigestVerifier(options.Realm, platform.Time, platform.Random, new SipDigestVerifierOptions { NonceLifetime = options.NonceLifetime });
        var gate = new Gate(verifier, options.Accounts.ToFrozenDictionary(StringComparer.Ordinal), [.. options.DigestAlgorithms]);
        var rules = new RegistrarRules(options.MinExpires, options.MaxExpires, options.DefaultExpires);
        _services = services;
        _connection = connection;
        _locations = new LocationTable(platform.Time);
        var echo = (options.EchoUser, new EchoUser(connection, _locations, platform.Time, options.EchoPause, Tell));
        _reception = new Reception(connection, _locations, rules, gate, echo, options.AuthenticateCalls, platform.Time, Tell);
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SipTestServer>();
        _loop = RunAsync(connection.IncomingAsync(_stopping.Token));
    }

    /// <summary>The bound address and the actual port, the same for every transport.</summary>
    public IPEndPoint LocalEndPoint => _connection.LocalEndPoints[0];

    /// <summary>Who is registered now: user → contacts, the latest last. A copy; expired contacts are not in it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SipTestServerBinding>> Bindings => _locations.Snapshot();

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves; null for the defaults, with which nobody can register.</param>
    /// <param name="cancellationToken">Stops the starting.</param>
    /// <returns>The server; it takes requests already.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    /// <exception cref="SipTransportException">The address cannot be bound.</exception>
    public static async Task<SipTestServer> StartAsync(SipTestServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SipTestServerOptions();
        Check(options);
        var services = BuildServices(options);
        try
        {
            var connection = await services.GetRequiredService<ISipClient>().ConnectAsync(options.LocalAddress, cancellationToken).ConfigureAwait(false);
            return new SipTestServer(services, connection, options);
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The address of a user at this server, as clients can reach it: "sip:alice@127.0.0.1:5060".</summary>
    /// <param name="user">The user part, unescaped.</param>
    public SipUri UriOf(string user) => SipUri.Create(LocalEndPoint.Address.ToString(), user, LocalEndPoint.Port);

    /// <summary>What the server does, from its start, for one reader. The latest 1,024 events wait for it.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The stream; it ends when the server is disposed.</returns>
    public IAsyncEnumerable<SipTestServerEvent> EventsAsync(CancellationToken cancellationToken = default) => _events.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Hangs up the calls with the echo user, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await Task.WhenAll(_handling.Keys).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
        _events.Writer.TryComplete();
        _stopping.Dispose();
    }

    private static void Check(SipTestServerOptions options)
    {
        if (options.EchoUser is { } echo && options.Accounts.ContainsKey(echo)) throw new ArgumentException($"{nameof(options.EchoUser)}: '{echo}' is an account as well.", nameof(options));
        if (options.EchoPause < TimeSpan.Zero) throw new ArgumentException($"{nameof(options.EchoPause)} is below 0.", nameof(options));
        if (options.DigestAlgorithms.Count == 0) throw new ArgumentException($"{nameof(options.DigestAlgorithms)} is empty.", nameof(options));
        if (options.MinExpires < TimeSpan.Zero || options.MinExpires > TimeSpan.FromHours(1)) throw new ArgumentException($"{nameof(options.MinExpires)} is not between 0 and an hour.", nameof(options));
        if (options.MaxExpires < options.MinExpires || options.MaxExpires <= TimeSpan.Zero) throw new ArgumentException($"{nameof(options.MaxExpires)} is below {nameof(options.MinExpires)}, or nothing.", nameof(options));
        if (options.DefaultExpires < options.MinExpires || options.DefaultExpires <= TimeSpan.Zero) throw new ArgumentException($"{nameof(options.DefaultExpires)} is below {nameof(options.MinExpires)}, or nothing.", nameof(options));
    }

    private static ServiceProvider BuildServices(SipTestServerOptions options)
    {
        var services = new ServiceCollection();
        if (options.Platform is { } platform) services.AddSingleton(platform);
        if (options.LoggerFactory is { } loggers) services.AddSingleton(loggers); // given, so not the container's to dispose
        foreach (var tap in options.Taps) services.AddSingleton(tap);
        foreach (var transport in options.Transports) services.AddSingleton(transport);
        services.AddSipClient(static client =>
        {
            client.UserAgent = "ModernSip.Testing";
            client.Capabilities.Methods.Add("REGISTER");
            client.Capabilities.Methods.Add("PUBLISH");
            foreach (var extension in (string[])["100rel", "timer", "replaces", "norefersub"]) client.Capabilities.Extensions.Add(extension); // for those it is forwarded to
        });
        return services.BuildServiceProvider();
    }

    private async Task RunAsync(IAsyncEnumerable<SipIncomingRequest> incoming)
    {
        try
        {
            await foreach (var request in incoming.ConfigureAwait(false)) Own(HandleAsync(request));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server was disposed.
        }
    }

    private void Own(Task handling)
    {
        _handling.TryAdd(handling, true);
        _ = handling.ContinueWith(static (done, owned) => ((ConcurrentDictionary<Task, bool>)owned!).TryRemove(done, out _), _handling, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task HandleAsync(SipIncomingRequest incoming)
    {
        try
        {
            await _reception.ReceiveAsync(incoming, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server was disposed; what is not answered yet ends with the connection.
        }
#pragma warning disable CA1031 // One request must not end the server, whatever it made go wrong.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.HandlerFailed(exception, incoming.Request.Method.Name);
            Tell(SipTestServerEventKind.Failed, incoming.Request, exception.Message);
            // It may be answered already; then this throws, and nobody has to know.
            await incoming.RespondAsync(SipStatus.ServerInternalError).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Tell(SipTestServerEventKind kind, SipRequest request, string detail)
    {
        var uri = request.Method == SipMethod.Register ? request.Headers.To!.Uri : request.RequestUri;
        _logger.Handled(kind, request.Method, uri, detail);
        _events.Writer.TryWrite(new SipTestServerEvent(kind, request.Method, uri, detail));
    }
}
