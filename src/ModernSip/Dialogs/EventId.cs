using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Dialogs;

/// <summary>What an Event header field names: a package and, where a dialog has several subscriptions to it, an id (RFC 6665 §8.2.1). Compared octet by octet.</summary>
internal readonly record struct EventId(string Package, string? Id)
{
    private const string ReferPackage = "refer";

    /// <summary>The event of the first REFER in a dialog, which needs no id (RFC 3515 §2.4.6).</summary>
    public static EventId Refer { get; } = new(ReferPackage, null);

    public bool IsRefer => Package == ReferPackage;

    /// <summary>The event of a REFER in a dialog that has had others: the id is its sequence number (RFC 3515 §2.4.6).</summary>
    public static EventId ReferOf(uint sequence) => new(ReferPackage, sequence.ToString(CultureInfo.InvariantCulture));

    public static EventId Of(SipTokenValue value) => new(value.Token, value.Parameters["id"]);

    /// <summary>The event of a request; null where it names none.</summary>
    public static EventId? Of(SipRequest request) => request.Headers.TryGet(SipHeaderNames.Event, out var value) ? Of(value) : null;
}
