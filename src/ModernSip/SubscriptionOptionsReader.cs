using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Publications;
using ModernSip.Refreshing;
using ModernSip.Stack;
using ModernSip.Subscriptions;
using Polly;

namespace ModernSip;

/// <summary>Checks the options of subscriptions and publications and copies them.</summary>
internal static class SubscriptionOptionsReader
{
    /// <exception cref="ArgumentException">An option is missing or wrong; the message names it.</exception>
    public static SubscriptionSettings Read(SipSubscriptionOptions options, ConnectionContext connection, SipUri? target = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Expires != TimeSpan.Zero) RegistrationOptionsReader.CheckExpires(options.Expires, nameof(options));
        return new SubscriptionSettings
        {
            Target = target ?? options.Target ?? throw new ArgumentException($"{nameof(options.Target)} must say whose events.", nameof(options)),
            Event = Event(options.Event, nameof(options)),
            Expires = options.Expires,
            Accept = [.. options.Accept],
            Content = options.Content,
            Headers = Headers(options.Headers),
            Refresh = Refresh(options.RefreshRetry, options.AutoRefresh, connection),
            Resubscribes = options.Resubscribe,
            AcceptsForks = options.AcceptForks,
        };
    }

    /// <exception cref="ArgumentException">An option is missing or wrong; the message names it.</exception>
    public static PublicationSettings Read(SipPublicationOptions options, ConnectionContext connection, SipUri self)
    {
        ArgumentNullException.ThrowIfNull(options);
        RegistrationOptionsReader.CheckExpires(options.Expires, nameof(options));
        return new PublicationSettings
        {
            Target = options.Target ?? self,
            Event = Event(options.Event, nameof(options)),
            Expires = options.Expires,
            Headers = Headers(options.Headers),
            Refresh = Refresh(options.RefreshRetry, options.AutoRefresh, connection),
        };
    }

    private static RefreshSettings Refresh(ResiliencePipeline<SipResponse>? retry, bool isAutomatic, ConnectionContext connection) =>
        new(new RefreshTiming(), retry ?? connection.RefreshRetry, isAutomatic);

    private static SipTokenValue Event(string text, string parameter)
    {
        var probe = new SipRequest(SipMethod.Subscribe, SipUri.Create("localhost"));
        if (!string.IsNullOrEmpty(text)) probe.Headers["Event"] = text; // refuses line breaks
        return probe.Headers.Get(SipHeaderNames.Event) ?? throw new ArgumentException("Event must name an event package.", parameter);
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Headers(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var probe = new SipHeaders();
        foreach (var (name, value) in headers) probe.Add(name, value); // refuses what no header field can be, at the call
        return [.. headers];
    }
}
