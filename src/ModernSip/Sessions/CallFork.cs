using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Reliability;

namespace ModernSip.Sessions;

/// <summary>One callee that answered an INVITE, and what it is still owed: PRACK, ACK.</summary>
internal sealed class CallFork(CallLeg leg)
{
    private ReliableReception _reception;
    private SipResponse? _unacknowledged;
    private bool _isSettled;

    public CallLeg Leg { get; } = leg;

    /// <summary>Whether the application was given its 2xx.</summary>
    public bool IsDelivered { get; set; }

    public bool IsAcknowledged { get; private set; }

    /// <summary>Whether the application goes on with its session: with the first, and with those that it asked for.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Whether the application has an offer of the callee's to answer in PRACK.</summary>
    public bool OwesAnswer { get; private set; }

    /// <summary>Whether a response is the reliable one whose PRACK was not sent yet.</summary>
    public bool IsUnacknowledged(SipResponse response) =>
        _unacknowledged is { } waiting && ReliableReception.NumberOf(waiting) == ReliableReception.NumberOf(response);

    /// <summary>Takes a provisional response.</summary>
    /// <returns>Whether the application is to see it: not a repeat, and not one that overtook another (RFC 3262 §4).</returns>
    public bool Receive(SipResponse response, bool hasOffer)
    {
        if (ReliableReception.NumberOf(response) is not { } number) return true;
        (_reception, var verdict) = _reception.Take(number);
        if (verdict == ReliableVerdict.New)
        {
            Acknowledge(null); // the callee did not wait for the PRACK of the one before
            _unacknowledged = response;
            OwesAnswer = TakeDescription(response, hasOffer);
        }
        else if (verdict == ReliableVerdict.Repeat && !OwesAnswer)
        {
            Acknowledge(null); // the application thinks; where nothing is left to say, the PRACK need not wait for it
        }

        return verdict == ReliableVerdict.New;
    }

    /// <summary>Sends the PRACK of the response that has none, where there is one.</summary>
    /// <param name="content">The answer to its offer, or an offer; null for neither.</param>
    /// <returns>The request; null where all was acknowledged.</returns>
    public OfferingRequest? Acknowledge(SipContent? content)
    {
        if (_unacknowledged is not { } response) return null;
        _unacknowledged = null;
        OwesAnswer = false;
        var prack = Leg.Dialog.Address(SipMethod.Prack);
        prack.Headers.Set(SipHeaderNames.RAck, new SipRAck(ReliableReception.NumberOf(response)!.Value, response.Headers.CSeq!.Value)); // else it were none
        prack.Content = content;
        var request = new OfferingRequest(Leg.DialogContext, Leg, prack);
        request.Start();
        return request;
    }

    /// <summary>Sends the ACK to its 2xx, unless that was done.</summary>
    public void Acknowledge(SipRequest invite, SipContent? answer)
    {
        if (IsAcknowledged) return;
        IsAcknowledged = true;
        Leg.IsInviting = false;
        if (SessionBody.Of(answer) is { } description) Leg.Descriptions = Leg.Descriptions.LocalAnswers(description);
        Leg.Acknowledge(invite, answer);
    }

    /// <summary>ACK and BYE: the protocol's way of not wanting a session that was granted.</summary>
    public void Refuse(SipRequest invite, string? reason)
    {
        Acknowledge(invite, null);
        Leg.Bye(reason: reason is null ? null : $"SIP;cause=488;text=\"{reason}\"");
    }

    /// <summary>Takes the description out of a 2xx or a reliable provisional response: the answer to this side's offer, else the peer's offer. What follows repeats it.</summary>
    /// <returns>Whether it is an offer.</returns>
    public bool TakeDescription(SipResponse response, bool hasOffer)
    {
        if (_isSettled) return false;
        var description = SessionBody.Of(response);
        if (description is not { } octets)
        {
            if (response.IsSuccess) Leg.Descriptions = Leg.Descriptions.RollBack();
            return false;
        }

        _isSettled = true;
        Leg.Descriptions = hasOffer ? Leg.Descriptions.RemoteAnswers(octets) : Leg.Descriptions.RemoteOffers(octets);
        return !hasOffer;
    }
}
