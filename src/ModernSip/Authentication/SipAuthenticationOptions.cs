namespace ModernSip.Authentication;

/// <summary>What the library accepts from a server that asks for authentication.</summary>
public sealed class SipAuthenticationOptions
{
    /// <summary>The weakest algorithm that is answered; a challenge below it is passed over as if it were not there. Default: MD5, which most servers still use.</summary>
    /// <remarks>A session form counts as its plain form.</remarks>
    public SipDigestAlgorithm MinimumAlgorithm { get; set; } = SipDigestAlgorithm.Md5;

    /// <summary>Whether a challenge must offer a quality of protection (qop), which makes each answer good for one request only. Default: no.</summary>
    public bool RequireQop { get; set; }

    /// <summary>
    /// Whether challenges inside a dialog are answered although another host may make them than the one that was called, as some trunks do. Then only
    /// credentials that name their realm are used. Default: no, for a peer that challenges could be anybody who fishes for answers.
    /// </summary>
    public bool AnswerInDialogs { get; set; }

    internal SipAuthenticationOptions Copy() => new() { MinimumAlgorithm = MinimumAlgorithm, RequireQop = RequireQop, AnswerInDialogs = AnswerInDialogs };
}
