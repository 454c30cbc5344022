using ModernSip.Messages;
using ModernSip.Sessions.Offers;
using ModernSip.Stack;

namespace ModernSip.Sessions;

/// <summary>An UPDATE of the peer, or a PRACK with an offer, that waits for its answer (RFC 3311 §5.2, RFC 3262 §5). Lives on its shard.</summary>
internal sealed class PeerOffer(CallLeg leg, IncomingRequest incoming) : IResponder
{
    public bool IsAnswered => incoming.IsAnswered;

    /// <summary>Answers. What the offer proposed holds with the 2xx, and with any other answer what held before.</summary>
    /// <exception cref="ArgumentException">The session description is no legal answer.</exception>
    public bool Respond(IncomingRequest request, SipResponse response)
    {
        if (incoming.IsAnswered) return false;
        if (!response.IsFinal) return incoming.RespondNow(response);
        var answer = response.IsSuccess ? SessionBody.Of(response) : null;
        if (answer is { } octets) leg.Descriptions.CheckLocalAnswer(octets);
        var refreshes = response.IsSuccess && incoming.Request.Method == SipMethod.Update;
        if (refreshes) leg.Complete(response, incoming);
        if (refreshes && leg.Dialog.IsConfirmed) leg.GrantTimer(incoming.Request, response);
        if (!incoming.RespondNow(response)) return false;
        leg.Descriptions = answer is { } legal ? leg.Descriptions.LocalAnswers(legal) : leg.Descriptions.RollBack();
        if (refreshes) leg.Dialog.RefreshTarget(incoming.Request);
        return true;
    }

    /// <summary>The dialog has ended before the answer.</summary>
    public void Terminate() => incoming.Terminate();
}
