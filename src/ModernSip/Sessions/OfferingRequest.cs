using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Timers;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>An UPDATE or a PRACK of this side: either may carry an offer, whose answer the 2xx holds (RFC 3311 §5.1, RFC 3262 §5). Lives on its shard.</summary>
internal sealed class OfferingRequest(SendingContext context, CallLeg leg, SipRequest template) : DialogRequest(context, leg)
{
    private readonly SendingContext _context = context;
    private OutgoingRequest? _current;
    private uint _minimum;
    private bool _isOffer;

    /// <summary>Whether it is sent to keep the session alive, by the session's timer.</summary>
    public bool IsRefresh { get; init; }

    private bool IsUpdate => template.Method == SipMethod.Update;

    /// <summary>Sends it. A description in it answers the peer's offer where one is open, and else is an offer.</summary>
    public void Start()
    {
        if (SessionBody.Of(template) is { } description)
        {
            try
            {
                Say(description);
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                Responses.Complete(exception); // it was legal at the call, and the peer was faster
                return;
            }
        }

        var request = template.Copy();
        if (IsUpdate && Leg.Dialog.IsConfirmed) Leg.AskForTimer(request, _minimum);
        _current = Send(request);
        if (_current is null && _isOffer) Leg.Descriptions = Leg.Descriptions.RollBack();
    }

    public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsFinal) TakeAnswer(response);
        if (!IsUpdate)
        {
            Pass(response);
        }
        else if (response.StatusCode == 491 && !Leg.IsTerminated)
        {
            _current = null;
            _ = new GlareWait(Leg, response, Start, _context.Period.Ended); // RFC 3311 §5.3: as with INVITE
        }
        else if (SessionTimerRules.Raise(request.Request, response) is { } minimum && !Leg.IsTerminated)
        {
            _minimum = minimum;
            Start();
        }
        else
        {
            if (response.IsSuccess) Leg.Refreshed(response);
            if (!IsRefresh) base.OnResponse(request, response, flow);
            else if (response.IsFinal && !response.IsSuccess) Leg.RefreshFailed(DialogFate.Ends(response.StatusCode, SipMethod.Update));
        }
    }

    public override void OnFailed(OutgoingRequest request, SipException error)
    {
        if (_isOffer) Leg.Descriptions = Leg.Descriptions.RollBack();
        if (IsRefresh) Leg.RefreshFailed(error is SipTimeoutException);
        else if (IsUpdate) base.OnFailed(request, error);
        else Responses.Complete(error); // the INVITE's own end tells what becomes of the dialog
    }

    public override void OnEnded(OutgoingRequest request)
    {
        if (ReferenceEquals(request, _current)) Responses.Complete();
    }

    private void Say(ReadOnlyMemory<byte> description)
    {
        if (!IsUpdate && Leg.Descriptions.State == Sdp.Negotiation.SdpNegotiationState.RemoteOffer)
        {
            Leg.Descriptions.CheckLocalAnswer(description);
            Leg.Descriptions = Leg.Descriptions.LocalAnswers(description);
            return;
        }

        Leg.Descriptions.CheckLocalOffer(description);
        Leg.Descriptions = Leg.Descriptions.LocalOffers(description);
        _isOffer = true;
    }

    private void TakeAnswer(SipResponse response)
    {
        if (!_isOffer) return;
        _isOffer = false;
        Leg.Descriptions = response.IsSuccess && SessionBody.Of(response) is { } answer ? Leg.Descriptions.RemoteAnswers(answer) : Leg.Descriptions.RollBack();
    }

    private void Pass(SipResponse response)
    {
        Responses.Write(response);
        if (response.IsFinal) Responses.Complete();
    }
}
