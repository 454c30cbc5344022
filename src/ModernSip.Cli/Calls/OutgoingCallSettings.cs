using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>How a call is placed.</summary>
internal sealed record OutgoingCallSettings
{
    public required SipUri Target { get; init; }

    /// <summary>How long after the answer to hang up; null to wait for the peer or an interrupt.</summary>
    public TimeSpan? Hold { get; init; }

    public TimeSpan? CancelAfter { get; init; }

    public TimeSpan? ReinviteAfter { get; init; }

    public TimeSpan? UpdateAfter { get; init; }

    /// <summary>Where to transfer the call after the hold; null for nowhere.</summary>
    public SipUri? Transfer { get; init; }

    /// <summary>Whether the transfer is by a second call.</summary>
    public bool IsAttended { get; init; }

    /// <summary>The user's own offer; null to make one.</summary>
    public SipContent? Offer { get; init; }

    public bool IsLateOffer { get; init; }

    /// <summary>Whether to go after the contacts of a 3xx.</summary>
    public bool Follows { get; init; }
}
