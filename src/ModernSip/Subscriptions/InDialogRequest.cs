using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Subscriptions;

/// <summary>A SUBSCRIBE or NOTIFY in its dialog: repeated with credentials, it takes the dialog's next sequence number; its 2xx refreshes the target.</summary>
internal sealed class InDialogRequest(SendingContext context, Dialog dialog) : SimpleRequest(context)
{
    private readonly SendingContext _context = context;

    /// <summary>Sends it. On the shard.</summary>
    public void Start(SipRequest request)
    {
        try
        {
            OutgoingRequest.Start(_context, request, this, dialog.StrictRouter);
        }
        catch (SipConnectionClosedException exception)
        {
            Responses.Complete(exception);
        }
    }

    public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsSuccess) dialog.RefreshTarget(response);
        base.OnResponse(request, response, flow);
    }

    public override uint NextSequence(uint current) => dialog.NextSequence();
}
