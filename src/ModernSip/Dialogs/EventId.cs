using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Dialogs;

/// <summary>What an Event header field names: a package and, where a dialog has several subscriptions to it, an id (RFC 6665 §8.2.1). Compared octet by octet.</summary>
internal readonly record struct EventId(string Package, string? Id)
{
    public static EventId Of(SipTokenValue value) => new(value.Token, value.Parameters["id"]);

    /// <summary>The event of a request; null where it names none.</summary>
    public static EventId? Of(SipRequest request) => request.Headers.TryGet(SipHeaderNames.Event, out var value) ? Of(value) : null;
}
