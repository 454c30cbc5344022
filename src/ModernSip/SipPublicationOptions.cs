using ModernSip.Messages;
using Polly;

namespace ModernSip;

/// <summary>What to publish, and how.</summary>
public sealed class SipPublicationOptions
{
    /// <summary>Whose state it is: the Request-URI. Default: the address that the connection or the registration sends from.</summary>
    public SipUri? Target { get; set; }

    /// <summary>The event package. Default: "presence".</summary>
    public string Event { get; set; } = "presence";

    /// <summary>How long the state shall hold, whole seconds, up to 136 years. Default: 1 hour.</summary>
    public TimeSpan Expires { get; set; } = TimeSpan.FromHours(1);

    /// <summary>More header fields of every PUBLISH.</summary>
    public IList<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>Whether the stack publishes again before the time is over. Default: true.</summary>
    public bool AutoRefresh { get; set; } = true;

    /// <summary>What happens when a refresh fails in passing. Default: tried again for ever, with the back-off of RFC 5626 §4.5.</summary>
    public ResiliencePipeline<SipResponse>? RefreshRetry { get; set; }
}
