using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Refreshing;
using ModernSip.Registrations;
using ModernSip.Sessions;
using ModernSip.Subscriptions;

namespace ModernSip.Cli.Output;

/// <summary>What the library tells, as events.</summary>
internal static class EventsOf
{
    public static ResponseEvent Response(SipResponse response) =>
        new(response.Headers.CSeq?.Method.Name, response.StatusCode, response.ReasonPhrase, response.Headers.CallId, response.Headers.To?.Tag);

    public static RequestEvent Request(SipRequest request) => new(
        request.Method.Name,
        request.RequestUri.ToString(),
        request.Headers.From?.ToString(),
        request.Headers.CallId,
        request.Headers["Content-Type"],
        request.Body.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(request.Body.Span));

    public static DialogEvent Dialog(string state, SipInviteDialog dialog) => new(state, dialog.CallId, dialog.LocalTag, dialog.RemoteTag);

    public static RegistrationEvent Registration(SipRegistrationEvent news) => news.State is SipRegistrationState.Inactive
        ? new("inactive", null, null, news.Cause)
        : new(news.State == SipRegistrationState.Active ? "active" : "refreshed", (long)news.Granted.TotalSeconds, Uris(news.Bindings));

    public static SubscriptionEvent Subscription(SipNotification notification) => new(State(notification.State), (long?)notification.Expires?.TotalSeconds, notification.Reason);

    public static NotifyEvent Notify(SipNotification notification) => new(
        notification.Request.Headers["Event"],
        State(notification.State),
        notification.Request.Headers["Content-Type"],
        notification.Request.Body.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(notification.Request.Body.Span));

    public static IReadOnlyList<string> Uris(IReadOnlyList<SipNameAddress> contacts) => [.. contacts.Select(static contact => contact.Uri.ToString())];

    public static string Cause(SipDialogEnd cause) => cause switch
    {
        SipDialogEnd.LocalBye => "local-bye",
        SipDialogEnd.RemoteBye => "remote-bye",
        SipDialogEnd.Canceled => "cancelled",
        SipDialogEnd.Rejected => "rejected",
        SipDialogEnd.Timeout => "timeout",
        SipDialogEnd.SessionExpired => "session-expired",
        SipDialogEnd.Transferred => "transferred",
        _ => "error",
    };

    private static string State(SipSubscriptionState state) => state switch
    {
        SipSubscriptionState.Pending => "pending",
        SipSubscriptionState.Terminated => "terminated",
        _ => "active",
    };

    public static ErrorEvent Error(Exception exception)
    {
        var response = exception switch
        {
            SipResponseException refused => refused.Response,
            SipForbiddenException forbidden => forbidden.Response,
            SipRefreshException refresh => refresh.Response,
            SipRegistrarResponseException unusable => unusable.Response,
            _ => null,
        };
        return new ErrorEvent(exception.GetType().Name, exception.Message, response?.StatusCode);
    }

    public static MessageEvent Parsed(string file, ReadOnlySpan<byte> octets)
    {
        if (!SipMessage.TryParse(octets, out var message, out var error))
        {
            return new MessageEvent(file, Valid: false) { Error = $"{error.Reason} (line {error.Line}, octet {error.Column})", SuggestedStatus = error.SuggestedStatus?.Code };
        }

        var request = message as SipRequest;
        return new MessageEvent(file, Valid: true)
        {
            Kind = request is null ? "response" : "request",
            Method = (request?.Method ?? message.Headers.CSeq?.Method)?.Name,
            Status = (message as SipResponse)?.StatusCode,
            Uri = request?.RequestUri.ToString(),
            Headers = ValuesOf(message.Headers),
            BodyLength = message.Body.Length,
        };
    }

    private static Dictionary<string, List<string>> ValuesOf(SipHeaders headers)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            if (values.TryGetValue(name, out var list)) list.Add(value);
            else values.Add(name, [value]);
        }

        Split(SipHeaderNames.Via);
        Split(SipHeaderNames.Contact);
        Split(SipHeaderNames.Route);
        Split(SipHeaderNames.RecordRoute);
        return values;

        void Split<T>(SipHeaderName<T> name)
            where T : SipHeaderValue
        {
            // Comma lists are taken apart where every part is well-formed.
            if (values.ContainsKey(name.Name) && headers.GetAll(name) is { Count: > 0 } parts) values[name.Name] = [.. parts.Select(static part => part.ToString())];
        }
    }
}
