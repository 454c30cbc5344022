using ModernSip.Messages;
using ModernSip.Refreshing;

namespace ModernSip.Publications;

/// <summary>What is published, and how; a copy that nobody changes.</summary>
internal sealed record PublicationSettings
{
    public required SipUri Target { get; init; }

    public required SipTokenValue Event { get; init; }

    public required TimeSpan Expires { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public required RefreshSettings Refresh { get; init; }
}
