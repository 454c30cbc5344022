using ModernSip.Messages;
using Polly;

namespace ModernSip.Registrations;

/// <summary>What a registration was made with; a copy that nobody changes.</summary>
internal sealed record RegistrationSettings
{
    public required SipNameAddress AddressOfRecord { get; init; }

    public required SipUri Registrar { get; init; }

    public required SipNameAddress Contact { get; init; }

    public TimeSpan Expires { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether the request says an expiry at all (C5).</summary>
    public bool SendExpires { get; init; } = true;

    public bool AutoRefresh { get; init; } = true;

    public bool UnregisterOnDispose { get; init; } = true;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Repeats a refresh that failed in passing.</summary>
    public required ResiliencePipeline<SipResponse> Retry { get; init; }
}
