using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Running;

/// <summary>One run of a command: what it was told, where it tells what happens, and the connection it has.</summary>
internal sealed class CommandRun(CommonSettings settings, EventQueue events, StopSignal signal, TimeProvider time) : IAsyncDisposable
{
    private ServiceProvider? _services;
    private SipConnection? _connection;
    private Task _watching = Task.CompletedTask;

    public CommonSettings Settings => settings;

    public TimeProvider Time => time;

    /// <summary>Asks for an orderly end.</summary>
    public CancellationToken Stop => signal.Stop;

    /// <summary>Ends the orderly end.</summary>
    public CancellationToken Abort => signal.Abort;

    /// <summary>The connection, once it is open.</summary>
    public SipConnection Connection => _connection ?? throw new InvalidOperationException("The connection is not open yet.");

    public void Emit(CliEvent said) => events.Emit(said);

    public void Report(Exception exception) => events.Emit(EventsOf.Error(exception));

    /// <summary>What shows the messages on the wire; null where nobody wants to see them. People do, unless the calls are many.</summary>
    public ISipMessageTap? CreateTap() => settings.Trace || (!settings.Json && settings.Calls == 1) ? new TraceTap(events) : null;

    /// <summary>Opens the connection; <see cref="Ready"/> tells so.</summary>
    /// <param name="configure">Sets more options; null for none.</param>
    /// <exception cref="LocalFailureException">The local address cannot be bound.</exception>
    public async Task<SipConnection> ConnectAsync(Action<SipClientOptions>? configure = null)
    {
        if (settings.Insecure) await Console.Error.WriteLineAsync("sip: WARNING: --insecure: no certificate is verified. Whoever is on the way can read and change everything.").ConfigureAwait(false);
        if (settings.TlsAuthority is { } file) await ReadFileAsync(file, Stop).ConfigureAwait(false);
        _services = CreateServices(configure);
        try
        {
            _connection = await _services.GetRequiredService<ISipClient>().ConnectAsync(Stop).ConfigureAwait(false);
            _watching = TellStatesAsync(_connection);
            return _connection;
        }
        catch (SipTransportException exception)
        {
            throw new LocalFailureException(exception);
        }
    }

    /// <summary>Tells that the command can be reached now.</summary>
    public void Ready() => Emit(new ConnectionEvent("Active", Connection.LocalEndPoints[0].ToString()));

    /// <summary>Adds the header fields of the command line: the first of a name replaces what would stand there, more are added.</summary>
    public SipRequest WithHeaders(SipRequest request)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings.Headers)
        {
            if (seen.Add(name)) request.Headers[name] = value;
            else request.Headers.Add(name, value);
        }

        return request;
    }

    /// <summary>Sends a request, tells its responses, and says whether it was accepted.</summary>
    public async Task<bool> SendAsync(SipRequest request)
    {
        var isAccepted = false;
        await foreach (var response in Connection.SendAsync(WithHeaders(request), Stop).ConfigureAwait(false))
        {
            Emit(EventsOf.Response(response));
            isAccepted = response.IsSuccess;
        }

        return isAccepted;
    }

    /// <exception cref="LocalFailureException">The file cannot be read.</exception>
    public static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LocalFailureException(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
            await _watching.ConfigureAwait(false);
        }

        if (_services is not null) await _services.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TellStatesAsync(SipConnection connection)
    {
        await foreach (var state in connection.StateChangesAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var local = state == SipConnectionState.Active ? connection.LocalEndPoints[0].ToString() : null;
            Emit(new ConnectionEvent(state.ToString(), local, state == SipConnectionState.Inactive ? connection.Error?.Message : null));
        }
    }

    private ServiceProvider CreateServices(Action<SipClientOptions>? configure)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging
            .SetMinimumLevel(settings.LogLevel)
            .AddSimpleConsole(static options => options.SingleLine = true)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddSingleton(time);
        if (CreateTap() is { } tap) services.AddSingleton(tap);
        services.AddSipClient(options =>
        {
            options.LocalAddress = settings.Local;
            options.From = settings.From.ToString();
            options.Transport = settings.Transport;
            options.OutboundProxy = settings.Proxy?.ToString();
            if (settings.Credentials is { } credentials) options.Credentials.Add(credentials);
            configure?.Invoke(options);
        });
        services.ConfigureSipStack(options =>
        {
            if (settings.Dns is { } server) options.DnsServers.Add(server);
            options.Tls.TrustedCertificatesFile = settings.TlsAuthority;
            options.Tls.AcceptAnyCertificate = settings.Insecure;
            if (settings.T1 is not { } t1) return;
            options.T1 = t1;
            options.T2 = 8 * t1;
            options.T4 = 10 * t1;
        });

        return services.BuildServiceProvider();
    }
}
