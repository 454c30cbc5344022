using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>Opens a connection when the application starts, reads its requests, and gives each to its handler.</summary>
internal sealed class HandlerService(HandlerTable table, IServiceProvider services, IServiceScopeFactory scopes, IOptions<SipHandlerOptions> options, ILogger<HandlerService> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<long, Task> _running = new();
    private SipConnection? _connection;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var client = options.Value.ClientName is { } name ? services.GetRequiredKeyedService<ISipClient>(name) : services.GetRequiredService<ISipClient>();
        _connection = await client.ConnectAsync(cancellationToken).ConfigureAwait(false); // who starts the application hears of it where the address is taken
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (table.IsEmpty || _connection is not { } connection) return; // the stack answers by itself
        var number = 0L;
        using var places = new SemaphoreSlim(options.Value.MaxConcurrentRequests);
        try
        {
            await foreach (var incoming in connection.IncomingAsync(stoppingToken).ConfigureAwait(false))
            {
                await places.WaitAsync(stoppingToken).ConfigureAwait(false);
                Own(++number, HandleAsync(number, incoming, connection, places, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
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
