using ModernSip.Messages;
using Polly;

namespace ModernSip;

/// <summary>What to subscribe to, and how.</summary>
public sealed class SipSubscriptionOptions
{
    /// <summary>Whose events: the Request-URI. In the dialog of a call it is left out.</summary>
    public SipUri? Target { get; set; }

    /// <summary>The event package, for example "presence", "dialog" or "message-summary"; parameters as in <c>"dialog;id=1"</c> may follow.</summary>
    public string Event { get; set; } = "";

    /// <summary>How long the subscription shall hold, whole seconds, up to 136 years. Default: 1 hour. Zero asks for the state once (RFC 6665 §4.4.3).</summary>
    public TimeSpan Expires { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The media types that NOTIFYs may have; none leaves it to the package.</summary>
    public IList<SipMediaType> Accept { get; } = [];

    /// <summary>A body, for example a filter; null for none.</summary>
    public SipContent? Content { get; set; }

    /// <summary>More header fields of every SUBSCRIBE.</summary>
    public IList<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>Whether the stack subscribes again before the time is over. Default: true.</summary>
    public bool AutoRefresh { get; set; } = true;

    /// <summary>Whether the stack subscribes anew where the notifier ended the subscription for a reason that allows it (RFC 6665 §4.1.3), or its time ran out. Default: true.</summary>
    public bool Resubscribe { get; set; } = true;

    /// <summary>Whether every notifier is listened to that a forked SUBSCRIBE reached, or only the first. Default: true.</summary>
    public bool AcceptForks { get; set; } = true;

    /// <summary>What happens when a refresh fails in passing. Default: tried again for ever, with the back-off of RFC 5626 §4.5.</summary>
    public ResiliencePipeline<SipResponse>? RefreshRetry { get; set; }
}
