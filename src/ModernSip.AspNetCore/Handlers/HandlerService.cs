using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModernSip.Messages;
using ModernSip.Platform;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>Opens a connection when the application starts, reads its requests, and gives each to its handler.</summary>
internal sealed class HandlerService(
    HandlerTable table,
    HandlersEnd end,
    IHostApplicationLifetime lifetime,
    SipPlatform platform,
    IServiceProvider services,
    IServiceScopeFactory scopes,
    IOptions<SipHandlerOptions> options,
    ILogger<HandlerService> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<long, Task> _running = new();
    private SipConnection? _connection;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var client = options.Value.ClientName is { } name ? services.GetRequiredKeyedService<ISipClient>(name) : services.GetRequiredService<ISipClient>();
        _connection = await client.ConnectAsync(cancellationToken).ConfigureAwait(false); // who starts the application hears of it where the address is taken
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var connection = _connection ?? throw new InvalidOperationException("It executes behind its start.");

        // The server that accepts connections stops before this service does, and the answers are to go over them.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            if (table.IsEmpty) await Task.Delay(Timeout.InfiniteTimeSpan, platform.Time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the stack answers by itself
            else await ReadAsync(connection, stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            end.Complete();
        }
    }

    private async Task ReadAsync(SipConnection connection, CancellationToken stopping)
    {
        var number = 0L;
        using var places = new SemaphoreSlim(options.Value.MaxConcurrentRequests);
        try
        {
            await foreach (var incoming in connection.IncomingAsync(stopping).ConfigureAwait(false))
            {
                await places.WaitAsync(stopping).ConfigureAwait(false);
                Own(++number, HandleAsync(number, incoming, connection, places, stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application stops.
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(false);
    }

    private void Own(long number, Task handling)
    {
        _running[number] = handling;
        if (handling.IsCompleted) _running.TryRemove(number, out _); // it was quicker than this
    }

    private async Task HandleAsync(long number, SipIncomingRequest incoming, SipConnection connection, SemaphoreSlim places, CancellationToken stopping)
    {
        await Task.Yield(); // a handler that blocks keeps nobody else from being read
        try
        {
            var run = new HandlerRun(incoming, connection, scopes, logger);
            var match = table.Find(incoming.Request);
            if (match.Handler is { } handler) await run.RunAsync(handler, match.Values!, stopping).ConfigureAwait(false); // with a handler there are values
            else await run.AnswerAsync(incoming.Request.Method == SipMethod.Options ? incoming.CreateCapabilitiesResponse() : table.Refuse(incoming.Request, match.Refusal)).ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(number, out _);
            places.Release();
        }
    }
}
