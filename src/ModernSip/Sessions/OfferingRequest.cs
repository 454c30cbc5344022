using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions.Offers;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>An UPDATE or a PRACK of this side: either may carry an offer, whose answer the 2xx holds (RFC 3311 §5.1, RFC 3262 §5). Lives on its shard.</summary>
internal sealed class OfferingRequest(SendingContext context, CallLeg leg, SipRequest template) : DialogRequest(context, leg)
{
    private readonly SendingContext _context = context;
    private OutgoingRequest? _current;
    private GlareWait? _glare;
    private bool _isOffer;

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

        _current = Send(template);
        if (_current is null && _isOffer) Leg.Descriptions = Leg.Descriptions.RollBack();
    }

    public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsFinal)
        {
            TakeAnswer(response);
            if (response.StatusCode == 491 && IsUpdate && !Leg.IsEnded)
            {
                _current = null;
                _glare = new GlareWait(Leg, response, Start, _context.Period.Ended); // RFC 3311 §5.3: as with INVITE
                return;
            }

            if (response.IsSuccess && IsUpdate) Leg.Dialog.RefreshTarget(response);
        }

        if (IsUpdate) base.OnResponse(request, response, flow);
        else Pass(response);
    }

    public override void OnFailed(OutgoingRequest request, SipException error)
    {
        if (_isOffer) Leg.Descriptions = Leg.Descriptions.RollBack();
        if (IsUpdate) base.OnFailed(request, error);
        else Responses.Complete(error); // the INVITE's own end tells what becomes of the dialog
    }

    public override void OnEnded(OutgoingRequest request)
    {
        if (_glare is null) Responses.Complete();
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
        _glare = null;
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
