using ModernSip.Messages;

namespace ModernSip.Sessions;

/// <summary>Something that the peer did in a call.</summary>
public abstract record SipCallEvent
{
    private protected SipCallEvent()
    {
    }
}

/// <summary>The peer holds the call: it does not want to hear this side for now (RFC 3264 §8.4).</summary>
public sealed record SipCallHeld : SipCallEvent;

/// <summary>The peer goes on with the call that it held.</summary>
public sealed record SipCallResumed : SipCallEvent;

/// <summary>The peer offered another session than before, and it was agreed: what is sent and received may be something else now.</summary>
/// <param name="Offer">The peer's description.</param>
/// <param name="Answer">This side's.</param>
public sealed record SipCallReoffered(SipContent Offer, SipContent Answer) : SipCallEvent;

/// <summary>The peer sent a tone (INFO with application/dtmf-relay or application/dtmf).</summary>
/// <param name="Tone">0 to 9, * or #, A to D.</param>
/// <param name="Duration">How long the key was pressed; zero where the peer does not say.</param>
public sealed record SipDtmfReceived(char Tone, TimeSpan Duration) : SipCallEvent;
