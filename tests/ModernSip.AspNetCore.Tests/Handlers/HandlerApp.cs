using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Tests.Handlers;

/// <summary>A web application whose SIP requests go to handlers, and a client of another stack that sends it some.</summary>
internal sealed class HandlerApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServiceProvider _clients;

    private HandlerApp(WebApplication app, ServiceProvider clients, SipConnection alice, ConcurrentQueue<(int Id, Exception? Exception)> errors) => (_app, _clients, Alice, Errors) = (app, clients, alice, errors);

    /// <summary>The peer.</summary>
    public SipConnection Alice { get; }

    /// <summary>The errors that were logged.</summary>
    public ConcurrentQueue<(int Id, Exception? Exception)> Errors { get; }

    public static async Task<HandlerApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? services = null)
    {
        var errors = new ConcurrentQueue<(int Id, Exception? Exception)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new ErrorLog(errors));
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseSip()));
        builder.Services.AddSipClient(static options => options.LocalAddress = "127.0.0.1:0").AddSipHandlers();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        var clients = new ServiceCollection().AddSipClient(static options => (options.LocalAddress, options.From) = ("127.0.0.1:0", "<sip:alice@example.test>")).BuildServiceProvider();
        return new HandlerApp(app, clients, await clients.GetRequiredService<ISipClient>().ConnectAsync(), errors);
    }

    /// <summary>The address of a user of the application.</summary>
    public SipUri UriOf(string user, string host = "127.0.0.1")
    {
        var port = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return SipUri.Parse($"sip:{user}@{host}:{port};transport=tcp");
    }

    public Task<SipResponse> SendAsync(SipMethod method, string user, string? body = null, Action<SipRequest>? change = null)
    {
        var request = new SipRequest(method, UriOf(user));
        if (body is not null) request.Content = SipContent.PlainText(body);
        change?.Invoke(request);
        return Alice.SendAsync(request).FinalAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await Alice.DisposeAsync();
        await _clients.DisposeAsync();
        await _app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private sealed class ErrorLog(ConcurrentQueue<(int Id, Exception? Exception)> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) errors.Enqueue((eventId.Id, exception));
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
