using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Refreshing;

namespace ModernSip.Subscriptions;

/// <summary>What is subscribed to, and how; a copy that nobody changes.</summary>
internal sealed record SubscriptionSettings
{
    public required SipUri Target { get; init; }

    /// <summary>SUBSCRIBE, or REFER, which subscribes to its own progress (RFC 3515 §2.4.4).</summary>
    public SipMethod Method { get; init; } = SipMethod.Subscribe;

    public required SipTokenValue Event { get; init; }

    /// <summary>The time that is asked for; of a REFER, how long to wait for news at least.</summary>
    public required TimeSpan Expires { get; init; }

    public IReadOnlyList<SipMediaType> Accept { get; init; } = [];

    public SipContent? Content { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public required RefreshSettings Refresh { get; init; }

    /// <summary>Whether it is subscribed anew where the notifier's reason allows it.</summary>
    public bool Resubscribes { get; init; } = true;

    /// <summary>Whether every notifier that a forked SUBSCRIBE reached is listened to, or only the first.</summary>
    public bool AcceptsForks { get; init; } = true;

    public EventId EventId => EventId.Of(Event);

    public bool IsRefer => Method == SipMethod.Refer;

    /// <summary>The request outside of dialogs.</summary>
    public SipRequest CreateRequest()
    {
        var request = new SipRequest(Method, Target);
        Complete(request, Expires);
        return request;
    }

    /// <summary>Adds what every request of the subscription says (RFC 6665 §4.1.2.1). A REFER names neither event nor time.</summary>
    public void Complete(SipRequest request, TimeSpan expires)
    {
        var headers = request.Headers;
        if (!IsRefer)
        {
            headers.Set(Messages.Headers.SipHeaderNames.Event, Event);
            headers.Expires = (uint)expires.TotalSeconds;
        }

        if (Accept.Count > 0) headers["Accept"] = string.Join(", ", Accept);
        foreach (var (name, value) in Headers) headers.Add(name, value);
        request.Content = Content;
    }
}
