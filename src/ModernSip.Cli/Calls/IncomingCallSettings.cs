using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>How a call is answered.</summary>
internal sealed record IncomingCallSettings
{
    public TimeSpan Ring { get; init; }

    public SipStatus Status { get; init; } = SipStatus.Ok;

    /// <summary>Whether the progress is a 183 with a description in place of the 180.</summary>
    public bool IsEarly { get; init; }

    public TimeSpan? Hold { get; init; }

    public SipUri? Redirect { get; init; }
}
