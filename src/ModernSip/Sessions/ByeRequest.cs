using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The BYE of this side. Whatever its answer, and even without one, the session is over (RFC 3261 §15.1.1).</summary>
internal sealed class ByeRequest(CallLeg leg, SipDialogOutcome outcome) : IRequestUser
{
    public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsFinal) leg.End(outcome);
    }

    public void OnFailed(OutgoingRequest request, SipException error) => leg.End(outcome with { Reason = outcome.Reason ?? error.Message });

    public void OnEnded(OutgoingRequest request) => leg.End(outcome);

    public uint NextSequence(uint current) => leg.Dialog.NextSequence();
}
