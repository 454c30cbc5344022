namespace ModernSip.Errors;

/// <summary>Why a certificate was not accepted.</summary>
public enum SipCertificateProblem
{
    /// <summary>Something else; the message says what.</summary>
    Other,

    /// <summary>The peer showed none.</summary>
    Missing,

    /// <summary>It, or one that it was issued under, is valid no longer or not yet.</summary>
    OutOfDate,

    /// <summary>It was signed with its own key, and nobody said to trust it.</summary>
    SelfSigned,

    /// <summary>It was issued under an authority that is not trusted, or whose certificate is missing.</summary>
    UntrustedAuthority,

    /// <summary>It is for another SIP domain (RFC 5922 §7.3).</summary>
    WrongName,

    /// <summary>It would be for the SIP domain if wildcards counted; they do not (RFC 5922 §7.2).</summary>
    Wildcard,

    /// <summary>Its authority has revoked it, or could not be asked where that was demanded.</summary>
    Revoked,
}
