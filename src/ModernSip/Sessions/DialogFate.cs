namespace ModernSip.Sessions;

/// <summary>Which answers to a request in a dialog say that the peer, or the way to it, is gone (RFC 3261 §12.2.1.2, RFC 5057 §5.1). Pure.</summary>
internal static class DialogFate
{
    /// <summary>Whether the dialog ends with the response. All others concern the request alone.</summary>
    public static bool Ends(int status) => status
        is 404 or 410 or 416      // nobody is at the remote target
        or 408 or 481             // silence; the peer knows of no dialog
        or 482 or 483             // the route set leads in circles
        or 484 or 485             // the remote target is no address
        or 502 or 604;            // no next hop; nobody anywhere
}
