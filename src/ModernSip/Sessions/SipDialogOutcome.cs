using ModernSip.Errors;
using ModernSip.Messages;

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

    /// <summary>The call was transferred away (RFC 3515).</summary>
    Transferred,
}

/// <summary>How and why a session ended.</summary>
/// <param name="Cause">What ended it.</param>
/// <param name="Status">The final response to the INVITE, where that ended it.</param>
/// <param name="Reason">The peer's Reason header field (RFC 3326), or the text of the error; null where there is none.</param>
public sealed record SipDialogOutcome(SipDialogEnd Cause, SipStatus? Status = null, string? Reason = null)
{
    /// <summary>The error that ended it; null where none did. With the connection it is a <see cref="SipConnectionClosedException"/> that carries the connection's own.</summary>
    public SipException? Error { get; init; }
}
