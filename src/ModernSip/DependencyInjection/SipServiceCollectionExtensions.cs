using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ModernSip;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Resolution.Dns;
using ModernSip.Stack;
using ModernSip.Stack.Routing;
using ModernSip.Transport;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;
using ModernSip.Transport.Udp;
using ModernSip.Transport.WebSockets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers SIP clients.</summary>
public static class SipServiceCollectionExtensions
{
    /// <summary>Registers the client <see cref="ISipClient"/> with options set in code.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    public static IServiceCollection AddSipClient(this IServiceCollection services, Action<SipClientOptions>? configure = null)
    {
        AddClient(services, Options.Options.DefaultName).Configure(options => configure?.Invoke(options));
        services.TryAddSingleton<ISipClient>(static provider => CreateClient(provider, Options.Options.DefaultName));
        return services;
    }

    /// <summary>Registers the client <see cref="ISipClient"/> with options from configuration, for example the section "Sip".</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section.</param>
    public static IServiceCollection AddSipClient(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        AddClient(services, Options.Options.DefaultName).Bind(section);
        services.TryAddSingleton<ISipClient>(static provider => CreateClient(provider, Options.Options.DefaultName));
        return services;
    }

    /// <summary>Registers one of several clients, a keyed service <see cref="ISipClient"/>. All share one stack.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The client's name: the key of the service.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    public static IServiceCollection AddSipClient(this IServiceCollection services, string name, Action<SipClientOptions>? configure = null)
    {
        AddKeyedClient(services, name).Configure(options => configure?.Invoke(options));
        return services;
    }

    /// <summary>Registers one of several clients with options from configuration, see <see cref="AddSipClient(IServiceCollection, string, Action{SipClientOptions}?)"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The client's name: the key of the service.</param>
    /// <param name="section">The section.</param>
    public static IServiceCollection AddSipClient(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        AddKeyedClient(services, name).Bind(section);
        return services;
    }

    /// <summary>Sets the options of the stack that all clients share.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection ConfigureSipStack(this IServiceCollection services, Action<SipStackOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        AddStack(services);
        services.Configure(configure);
        return services;
    }

    /// <summary>Sets the options of the stack that all clients share from configuration, for example the section "SipStack".</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section.</param>
    public static IServiceCollection ConfigureSipStack(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        AddStack(services);
        services.AddOptions<SipStackOptions>().Bind(section);
        return services;
    }

    private static OptionsBuilder<SipClientOptions> AddKeyedClient(IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = AddClient(services, name);
        services.TryAddKeyedSingleton<ISipClient>(name, static (provider, key) => CreateClient(provider, (string)key!));
        return builder;
    }

    private static OptionsBuilder<SipClientOptions> AddClient(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddStack(services);
        services.AddSingleton(new ClientName(name));
        return services.AddOptionsWithValidateOnStart<SipClientOptions, SipClientOptionsValidator>(name);
    }

    private static void AddStack(IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SipStackOptions, SipStackOptionsValidator>();
        services.TryAddSingleton(static provider => new SipPlatform { Time = provider.GetService<TimeProvider>() ?? TimeProvider.System });
        services.TryAddSingleton<ISipDnsResolver>(static provider => new DnsResolver(
            provider.GetRequiredService<SipPlatform>(),
            provider.GetRequiredService<IOptions<SipStackOptions>>().Value.ReadDnsServers()));
        services.TryAddSingleton(static provider => new SipDiagnostics(
            provider.GetRequiredService<SipPlatform>(),
            provider.GetRequiredService<IOptions<SipStackOptions>>().Value.KeptLadders));
        services.TryAddSingleton<SipConnectionAcceptor>();
        services.TryAddSingleton(static provider => CreateStack(provider));
    }

    private static SipClient CreateClient(IServiceProvider provider, string name) =>
        new SipClient(
            name,
            provider.GetRequiredService<IOptionsMonitor<SipClientOptions>>().Get(name),
            provider.GetRequiredService<SharedStack>(),
            provider.GetKeyedService<ISipCredentialsProvider>(name) ?? provider.GetService<ISipCredentialsProvider>());

    private static IReadOnlyList<DeclaredClient> ReadDeclared(IServiceProvider provider, SipPlatform platform)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<SipClientOptions>>();
        var interfaces = platform.Network?.GetInterfaces() ?? [];
        return [.. provider.GetServices<ClientName>().Distinct().Select(client => options.Get(client.Name).ToDeclared(client.Name, interfaces))];
    }

    private static SharedStack CreateStack(IServiceProvider provider)
    {
        var platform = provider.GetRequiredService<SipPlatform>();
        var options = provider.GetRequiredService<IOptions<SipStackOptions>>().Value;
        var settings = options.ToSettings();
        var resolver = new HopResolver(provider.GetRequiredService<ISipDnsResolver>(), platform, options.ResolutionLimit, options.FailedTargetPause);
        var loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var own = provider.GetServices<ISipTransport>().ToList();
        var meter = provider.GetService<IMeterFactory>()?.Create(SipMetrics.MeterName) ?? new Meter(SipMetrics.MeterName);
        var diagnostics = provider.GetRequiredService<SipDiagnostics>();
        return diagnostics.Stack = new SharedStack(settings, platform, metrics => own.Count > 0 ? own : BuiltIn(metrics), resolver, provider.GetServices<ISipMessageTap>(), diagnostics.Recorder, meter, loggers)
        {
            Declared = () => ReadDeclared(provider, platform),
            AnswerWatch = diagnostics,
        };

        IReadOnlyList<ISipTransport> BuiltIn(SipMetrics metrics)
        {
            var (streams, limits, acceptor) = (settings.Streams, settings.MessageLimits, provider.GetRequiredService<SipConnectionAcceptor>());
            var tls = new TlsCredentials(settings.Tls, platform.Time);
            return
            [
                new SipUdpTransport(null, platform.Time, loggers, metrics),
                new SipTcpTransport(streams, limits, platform.Time, loggers, metrics, acceptor),
                new SipTlsTransport(tls, streams, limits, platform.Time, loggers, metrics, acceptor),
                new SipWebSocketTransport(tls: null, settings.WebSocketPath, streams, limits, platform, loggers, metrics, acceptor),
                new SipWebSocketTransport(tls, settings.WebSocketPath, streams, limits, platform, loggers, metrics, acceptor),
            ];
        }
    }
}

/// <summary>That a client was registered: requests may be for it before anybody asks for it.</summary>
internal sealed record ClientName(string Name);
