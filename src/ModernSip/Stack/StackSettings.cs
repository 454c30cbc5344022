using ModernSip.Messages;
using ModernSip.Transactions;
using ModernSip.Transactions.Engine;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;

namespace ModernSip.Stack;

/// <summary>What the shared stack was configured with; a copy that nobody changes.</summary>
internal sealed record StackSettings
{
    public TransactionTimers Timers { get; init; } = new();

    public EngineLimits Limits { get; init; } = new();

    public SipMessageLimits MessageLimits { get; init; } = SipMessageLimits.Default;

    /// <summary>How many requests outside of dialogs one source may send in a second; 0 for any number.</summary>
    public int MaxRequestsPerSource { get; init; }

    /// <summary>Whether servers are asked what load they can take.</summary>
    public bool ControlsOverload { get; init; }

    /// <summary>Whether taps see credentials.</summary>
    public bool ShowsCredentials { get; init; }

    /// <summary>Certificates, and what is asked of peers.</summary>
    public SipTlsOptions Tls { get; init; } = new();

    /// <summary>The path of the resource at WebSocket servers.</summary>
    public string WebSocketPath { get; init; } = "/ws";

    /// <summary>Time limits and bounds of connections.</summary>
    public SipStreamOptions Streams { get; init; } = SipStreamOptions.Default;
}
