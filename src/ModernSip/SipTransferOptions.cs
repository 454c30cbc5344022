using ModernSip.Messages;

namespace ModernSip;

/// <summary>How a peer is asked to call somebody else.</summary>
public sealed class SipTransferOptions
{
    /// <summary>Who asks (Referred-By, RFC 3892); the target is shown it. Default: this side's identity in the call.</summary>
    public SipNameAddress? ReferredBy { get; set; }

    /// <summary>Whether the peer shall tell how it goes; where not, it is asked to leave that out (Refer-Sub: false, RFC 4488), and may tell all the same. Default: true.</summary>
    public bool WantsProgress { get; set; } = true;

    /// <summary>
    /// The session with the peer that a REFER outside of it is about (Target-Dialog, RFC 4538): who names it proves to know it. Looked at by
    /// <see cref="SipConnection.ReferAsync"/>; a REFER inside of the session needs no such proof. Default: none.
    /// </summary>
    public SipInviteDialog? TargetDialog { get; set; }

    /// <summary>More header fields of the REFER.</summary>
    public IList<KeyValuePair<string, string>> Headers { get; } = [];
}
