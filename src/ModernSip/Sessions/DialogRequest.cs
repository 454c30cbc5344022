using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>A request of this side in a dialog, and its stream of responses. Some of them say that the dialog is no more (RFC 3261 §12.2.1.2, RFC 5057 §5.1).</summary>
internal class DialogRequest(SendingContext context, CallLeg leg) : SimpleRequest(context)
{
    protected CallLeg Leg { get; } = leg;

    /// <summary>Sends a request; its sequence number is given here. On the shard.</summary>
    /// <param name="template">The request without CSeq; a copy is sent.</param>
    /// <returns>What is under way; null where it could not be sent, which the stream tells then.</returns>
    public OutgoingRequest? Send(SipRequest template)
    {
        if (Leg.IsTerminated)
        {
            Responses.Complete(Leg.Context.Period.HasEnded ? Leg.Context.Period.CreateError() : new SipConnectionClosedException("The dialog has ended."));
            return null;
        }

        var request = template.Copy();
        request.Headers.CSeq = new SipCSeq(Leg.Dialog.NextSequence(), request.Method);
        try
        {
            return Leg.Send(request, this);
        }
        catch (SipConnectionClosedException exception)
        {
            Responses.Complete(exception);
            return null;
        }
    }

    public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        base.OnResponse(request, response, flow);
        if (DialogFate.Ends(response.StatusCode, request.Request.Method)) Leg.Abandon(new SipDialogOutcome(SipDialogEnd.Error, response.Status));
    }

    public override void OnFailed(OutgoingRequest request, SipException error)
    {
        base.OnFailed(request, error);
        if (error is SipTimeoutException && DialogFate.Ends(408, request.Request.Method)) Leg.Abandon(new SipDialogOutcome(SipDialogEnd.Timeout, Reason: error.Message)); // like a 408
    }

    public override uint NextSequence(uint current) => Leg.Dialog.NextSequence();
}
