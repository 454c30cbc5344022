using System.Globalization;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Sessions;

/// <summary>How a session ended.</summary>
public enum SipDialogEnd
{
    /// <summary>This side sent BYE.</summary>
    LocalBye,

    /// <summary>The peer sent BYE.</summary>
    RemoteBye,

    /// <summary>The INVITE was cancelled before it was answered.</summary>
    Canceled,

    /// <summary>The INVITE got a final response other than 2xx.</summary>
    Rejected,

    /// <summary>No answer, or no ACK, came in time.</summary>
    Timeout,

    /// <summary>The session timer ran out (RFC 4028).</summary>
    SessionExpired,

    /// <summary>A transport or another error ended it.</summary>
    Error,

    /// <summary>The call was transferred away (RFC 3515), or another took its place (RFC 3891).</summary>
    Transferred,
}

/// <summary>Who ended a session.</summary>
public enum SipDialogSide
{
    /// <summary>This side's application.</summary>
    Local,

    /// <summary>The peer, or a proxy in its name.</summary>
    Peer,

    /// <summary>Neither: the stack, since nothing was heard of the peer or nothing could be sent to it.</summary>
    Stack,
}

/// <summary>How a session ended: who, why, with which status and which reason.</summary>
/// <param name="Cause">What ended it.</param>
/// <param name="Status">The final response to the INVITE, where that ended it.</param>
/// <param name="Reason">The peer's Reason header field (RFC 3326), or the text of the error; null where there is none.</param>
public sealed record SipDialogOutcome(SipDialogEnd Cause, SipStatus? Status = null, string? Reason = null)
{
    /// <summary>Who ended it.</summary>
    public SipDialogSide EndedBy { get; init; } = Cause switch
    {
        SipDialogEnd.LocalBye or SipDialogEnd.Canceled or SipDialogEnd.Transferred => SipDialogSide.Local,
        SipDialogEnd.RemoteBye or SipDialogEnd.Rejected => SipDialogSide.Peer,
        _ => SipDialogSide.Stack,
    };

    /// <summary>The error that ended it; null where none did. With the connection it is a <see cref="SipConnectionClosedException"/> that carries the connection's own.</summary>
    public SipException? Error { get; init; }

    /// <summary>The Q.850 cause that <see cref="Reason"/> tells, for example 17 for user busy; null where it tells none.</summary>
    public int? ReleaseCause => CauseOf("Q.850");

    /// <summary>The SIP status that <see cref="Reason"/> tells, for example 200 for "call completed elsewhere"; null where it tells none.</summary>
    public int? ReasonStatus => CauseOf("SIP");

    /// <summary>One line for people.</summary>
    internal string ToSentence() => $"ended by {EndedBy switch { SipDialogSide.Local => "this side", SipDialogSide.Peer => "the peer", _ => "the stack" }}: {Cause}{(Status is { } status ? $", {status}" : "")}{(Reason is null ? "" : $", {Reason}")}";

    /// <summary>The Reason header field of a message, all of its values.</summary>
    internal static string? ReasonOf(SipMessage message) => message.Headers.Contains("Reason") ? string.Join(", ", message.Headers.GetValues("Reason")) : null;

    private int? CauseOf(string protocol)
    {
        if (Reason is null || Reason.AsSpan().ContainsAny('\r', '\n', '\0')) return null;
        var headers = new SipHeaders();
        headers["Reason"] = Reason;
        var value = headers.GetAll(SipHeaderNames.Reason).FirstOrDefault(reason => reason.Token.Equals(protocol, StringComparison.OrdinalIgnoreCase));
        return int.TryParse(value?.Parameters["cause"], NumberStyles.None, CultureInfo.InvariantCulture, out var cause) ? cause : null;
    }
}
