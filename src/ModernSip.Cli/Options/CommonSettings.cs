using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Cli.Options;

/// <summary>What every command is told.</summary>
internal sealed record CommonSettings
{
    public string? Local { get; init; }

    public SipTransportProtocol Transport { get; init; }

    /// <summary>A file with the authorities to trust; null for those of the system.</summary>
    public string? TlsAuthority { get; init; }

    /// <summary>Whether no certificate is verified.</summary>
    public bool Insecure { get; init; }

    public required SipNameAddress From { get; init; }

    public SipUri? Proxy { get; init; }

    public SipCredentials? Credentials { get; init; }

    public string? Realm { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The DNS server to ask; null for those of the system.</summary>
    public string? Dns { get; init; }

    public TimeSpan? T1 { get; init; }

    public TimeSpan? Timeout { get; init; }

    public bool Json { get; init; }

    public bool Trace { get; init; }

    public LogLevel LogLevel { get; init; }

    /// <summary>How many calls the command makes; a progress bar shows more than one.</summary>
    public int Calls { get; init; } = 1;
}
