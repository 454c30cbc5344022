using ModernSip.Messages;

namespace ModernSip.Sessions;

/// <summary>Which answers to a request in a dialog say that the peer, or the way to it, is gone (RFC 3261 §12.2.1.2, RFC 5057 §5.1). Pure.</summary>
internal static class DialogFate
{
    /// <summary>Whether the session ends with the response. All others concern the request alone.</summary>
    /// <param name="status">The response; 408 stands for silence, too.</param>
    /// <param name="method">The request: to one that is no part of the session, silence says nothing of the session (RFC 5057 §3.2).</param>
    public static bool Ends(int status, SipMethod method) => status
        is 404 or 410 or 416      // nobody is at the remote target
        or 481                    // the peer knows of no dialog
        or 482 or 483             // the route set leads in circles
        or 484 or 485             // the remote target is no address
        or 502 or 604             // no next hop; nobody anywhere
        || (status == 408 && IsOfSession(method));

    private static bool IsOfSession(SipMethod method) => method == SipMethod.Invite || method == SipMethod.Update || method == SipMethod.Info || method == SipMethod.Prack || method == SipMethod.Bye;
}
