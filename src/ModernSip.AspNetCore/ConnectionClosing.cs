using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModernSip.Platform;

namespace ModernSip.AspNetCore;

/// <summary>
/// When a connection that Kestrel accepted is closed because the application stops. Kestrel stops before the services do, and waits for its connections: they stay open until the
/// handlers have answered and hung up over them, and for a moment more for what else has something to say.
/// </summary>
internal sealed class ConnectionClosing : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly Task _handled;

    public ConnectionClosing(IServiceProvider services)
    {
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, services.GetRequiredService<SipPlatform>().Time);
        _handled = services.GetService<HandlersEnd>()?.Completion ?? Task.CompletedTask;
        _registration = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(OnStopping);
    }

    /// <summary>Fires when it is time to close.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

    private void OnStopping() =>
        _ = _handled.ContinueWith(
            static (_, source) =>
            {
                try
                {
                    ((CancellationTokenSource)source!).CancelAfter(Grace);
                }
                catch (ObjectDisposedException)
                {
                    // The connection has ended meanwhile.
                }
            },
            _source,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
