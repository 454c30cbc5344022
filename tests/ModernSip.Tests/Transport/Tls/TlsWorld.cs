using System.Net;
using System.Security.Cryptography.X509Certificates;
using ModernSip.Transport;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;

namespace ModernSip.Tests.Transport.Tls;

/// <summary>An authority, a server with a certificate of it, and clients that trust it.</summary>
internal sealed class TlsWorld : IAsyncDisposable
{
    private readonly List<ConnectionBinding> _bindings = [];

    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>What the server is told.</summary>
    public RecordingReceiver Served { get; } = new();

    /// <summary>What the clients are told.</summary>
    public RecordingReceiver Answered { get; } = new();

    public Task<ConnectionBinding> ServeAsync(params string[] names) => ServeAsync(Authority.Issue("server.test", names));

    public Task<ConnectionBinding> ServeAsync(X509Certificate2 certificate, Action<SipTlsOptions>? configure = null, TimeProvider? time = null) => BindAsync(Served, configure: options =>
    {
        options.UseCertificate(certificate);
        configure?.Invoke(options);
    }, time);

    public Task<ConnectionBinding> CreateClientAsync(Action<SipTlsOptions>? configure = null, TimeProvider? time = null) => BindAsync(Answered, configure: options =>
    {
        options.Trust(Authority.Certificate);
        configure?.Invoke(options);
    }, time);

    public async ValueTask DisposeAsync()
    {
        foreach (var binding in _bindings)
        {
            await binding.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            binding.Flows.Should().BeEmpty("no connection may be left");
        }
    }

    private async Task<ConnectionBinding> BindAsync(RecordingReceiver receiver, Action<SipTlsOptions> configure, TimeProvider? time)
    {
        var options = new SipTlsOptions();
        configure(options);
        var binding = (ConnectionBinding)await new SipTlsTransport(options, time: time).BindAsync(new IPEndPoint(IPAddress.Loopback, 0), receiver, default);
        _bindings.Add(binding);
        return binding;
    }
}
