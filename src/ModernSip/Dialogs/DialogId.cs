using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Dialogs;

/// <summary>What names a dialog at this side (RFC 3261 §12). Held as octets that mostly stand in a message or an address which is kept anyway, for there are as many as calls.</summary>
internal sealed class DialogId(Octets callId, Octets localTag, Octets remoteTag) : IEquatable<DialogId>
{
    public DialogId(string callId, string localTag, string remoteTag)
        : this(Octets.Of(callId), Octets.Of(localTag), Octets.Of(remoteTag))
    {
    }

    public string CallId => callId.ToString();

    public string LocalTag => localTag.ToString();

    public string RemoteTag => remoteTag.ToString();

    public ReadOnlySpan<byte> CallIdOctets => callId.Span;

    public ReadOnlySpan<byte> LocalTagOctets => localTag.Span;

    public ReadOnlySpan<byte> RemoteTagOctets => remoteTag.Span;

    /// <summary>The dialog that a request from the peer belongs to. Keeps the request's octets: to look something up by.</summary>
    public static DialogId OfRequest(SipRequest request) => new(CallIdOf(request), request.Headers.To!.TagText, request.Headers.From!.TagText);

    /// <summary>The Call-ID where it stands in a message.</summary>
    public static Octets CallIdOf(SipMessage message) => message.Headers.ValueText(message.Headers.Find(SipHeaderNames.CallId, 0));

    public bool Equals(DialogId? other) =>
        other is not null && callId.Span.SequenceEqual(other.CallIdOctets) && localTag.Span.SequenceEqual(other.LocalTagOctets) && remoteTag.Span.SequenceEqual(other.RemoteTagOctets);

    public override bool Equals(object? obj) => Equals(obj as DialogId);

    public override int GetHashCode() => DialogKey.HashOf(callId.Span);

    public override string ToString() => $"{CallId};{LocalTag};{RemoteTag}";
}
