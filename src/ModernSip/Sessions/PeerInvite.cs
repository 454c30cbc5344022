using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Reliability;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>One INVITE of the peer, first or in a dialog, and what this side answers, up to the ACK (RFC 3261 §13.3.1, §14.2; RFC 3262 §3). Lives on its shard.</summary>
internal sealed class PeerInvite : IResponder
{
    private readonly CallLeg _leg;
    private readonly IncomingRequest _incoming;
    private ReliableProvisionals? _reliable;
    private SuccessRepeater? _repeater;
    private RingingRepeater? _ringing;
    private SipResponse? _deferred;
    private bool _owesAnswer;
    private bool _owesOffer;
    private ReadOnlyMemory<byte>? _offered;

    public PeerInvite(CallLeg leg, IncomingRequest incoming)
    {
        _leg = leg;
        _incoming = incoming;
        leg.LearnAllowed(incoming.Request);
        if (SessionBody.Of(incoming.Request) is { } offer)
        {
            leg.Descriptions = leg.Descriptions.RemoteOffers(offer, isKept: !leg.Dialog.IsConfirmed); // the INVITE that makes the session stays with it
            _owesAnswer = true;
        }
        else
        {
            _owesOffer = incoming.Request.Body.IsEmpty;
        }
    }

    /// <summary>Whether the application has given the final response.</summary>
    public bool IsAnswered => _incoming.IsAnswered || _deferred is not null;

    /// <summary>Whether the 2xx went out and its ACK is awaited.</summary>
    public bool AwaitsAck => _repeater is not null;

    private ReliableProvisionals Reliable => _reliable ??= new ReliableProvisionals(_incoming, SendDeferred);

    public bool Respond(IncomingRequest incoming, SipResponse response) => Respond(response, null);

    /// <summary>Answers. A provisional response goes out reliably where it should (RFC 3262 §3), and a 2xx is repeated until its ACK.</summary>
    /// <param name="response">The response.</param>
    /// <param name="acknowledged">Is given the PRACK; null where nobody waits for it, and the response need not be reliable.</param>
    /// <returns>Whether the response was legal now.</returns>
    /// <exception cref="ArgumentException">The session description is no legal offer or answer.</exception>
    /// <exception cref="InvalidOperationException">A description may not be sent in this response.</exception>
    public bool Respond(SipResponse response, Completion<SipRequest>? acknowledged)
    {
        if (IsAnswered) return false;
        if (response.StatusCode >= 300) return Refuse(response);
        if (response.IsSuccess) return Accept(response);

        var isReliable = ReliabilityRules.SendsReliably(_leg.Settings, _incoming.Request, response, acknowledged is not null);
        if (acknowledged is not null && !isReliable) throw new InvalidOperationException("The caller does not support reliable provisional responses (100rel).");
        var description = SessionBody.Of(response);
        Check(description, isReliable);
        Complete(response);
        (_ringing ??= new RingingRepeater(_incoming.Transaction.Shard, this)).Start(response.Status, isReliable);
        if (!isReliable) return _incoming.RespondNow(response);
        Take(description);
        return Reliable.Send(response, description is not null, acknowledged);
    }

    /// <summary>Takes a PRACK.</summary>
    /// <returns>The refusal; null where it acknowledges a response of this INVITE and is to be answered.</returns>
    public SipResponse? Acknowledge(SipRequest prack)
    {
        if (!prack.Headers.TryGet(SipHeaderNames.RAck, out var acknowledges)) return prack.CreateResponse(SipStatus.BadRequest, "RAck Missing");
        return _reliable?.TryAcknowledge(prack, acknowledges) == true ? null : prack.CreateResponse(SipStatus.CallDoesNotExist);
    }

    /// <summary>Takes an ACK.</summary>
    /// <returns>Whether it is the one of this INVITE's 2xx, which is then over.</returns>
    public bool Acknowledged(SipRequest ack)
    {
        if (_repeater is null || ack.Headers.CSeq!.Value.Number != _repeater.AckSequence) return false;
        _repeater.Settle();
        _repeater = null;
        // Another offer of this side's, in an INVITE of its own behind the 2xx, is not the ACK's to answer.
        if (_offered is { } offered && _leg.Descriptions is { State: Sdp.Negotiation.SdpNegotiationState.LocalOffer, Offer: { } open } && open.Equals(offered))
        {
            _leg.Descriptions = SessionBody.Of(ack) is { } answer ? _leg.Descriptions.RemoteAnswers(answer) : _leg.Descriptions.RollBack();
        }

        return true;
    }

    /// <summary>The dialog has ended: an INVITE without its final response gets 487 (RFC 3261 §15.1.2).</summary>
    public void Terminate()
    {
        StopRepeating();
        _ringing?.Stop();
        _reliable?.Stop();
        _incoming.Terminate();
    }

    private bool Accept(SipResponse response)
    {
        var description = SessionBody.Of(response);
        Check(description, isReliable: true);
        Complete(response);
        _leg.GrantTimer(_incoming.Request, response);
        Take(description);
        if (_owesAnswer) _leg.Descriptions = _leg.Descriptions.RollBack(); // it never gets one
        _ringing?.Stop();
        if (_reliable?.TryFinish(isSuccess: true) == false) _deferred = response;
        else return SendSuccess(response);
        return true;
    }

    private bool Refuse(SipResponse response)
    {
        _ringing?.Stop();
        _reliable?.TryFinish(isSuccess: false);
        if (!_incoming.RespondNow(response)) return false;
        _leg.Descriptions = _leg.Descriptions.RollBack();
        _leg.InviteEnded(this);
        return true;
    }

    private void SendDeferred()
    {
        if (_deferred is not { } response || _reliable?.TryFinish(isSuccess: true) == false) return;
        _deferred = null;
        SendSuccess(response);
    }

    private bool SendSuccess(SipResponse response)
    {
        if (!_incoming.RespondNow(response)) return false;
        if (_leg.Dialog.IsConfirmed) _leg.Dialog.RefreshTarget(_incoming.Request);
        else _leg.Dialog.Confirm();
        _repeater = new SuccessRepeater(_incoming.Transaction, response, this);
        return true;
    }

    /// <summary>It rings still.</summary>
    public void Ring(SipStatus status) => Respond(_incoming.Request.CreateResponse(status), null);

    /// <summary>The 2xx was repeated for 64*T1, and no ACK came.</summary>
    public void GiveUpOnAck()
    {
        _repeater = null;
        _leg.NotAcknowledged(this);
    }

    private void StopRepeating()
    {
        _repeater?.Stop();
        _repeater = null;
    }

    /// <summary>Who may say what in which response: RFC 6337 §2.2, RFC 3262 §5.</summary>
    private void Check(ReadOnlyMemory<byte>? description, bool isReliable)
    {
        if (description is not { } octets) return;
        if (_owesAnswer)
        {
            _leg.Descriptions.CheckLocalAnswer(octets);
        }
        else if (_owesOffer)
        {
            if (!isReliable) throw new InvalidOperationException("The INVITE holds no offer: this side's offer goes into a 2xx, or into a provisional response that is sent reliably.");
            _leg.Descriptions.CheckLocalOffer(octets);
        }
    }

    private void Take(ReadOnlyMemory<byte>? description)
    {
        if (description is not { } octets) return;
        if (_owesAnswer) _leg.Descriptions = _leg.Descriptions.LocalAnswers(octets);
        else if (_owesOffer) _leg.Descriptions = _leg.Descriptions.LocalOffers((_offered = octets).Value);
        (_owesAnswer, _owesOffer) = (false, false); // what the following responses hold repeats it
    }

    private void Complete(SipResponse response)
    {
        if (!_leg.Dialog.IsConfirmed) response.Headers.CopyFrom(_incoming.Request.Headers, SipHeaderNames.RecordRoute); // RFC 3261 §12.1.1
        _leg.Complete(response, _incoming);
    }
}
