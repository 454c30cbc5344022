using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>A request other than INVITE and its stream of responses.</summary>
internal class SimpleRequest(SendingContext context) : IRequestUser
{
    public ResponseStream Responses { get; } = new(context.Connection.Platform.Continuations);

    public virtual void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        Responses.Write(response);
        if (response.IsFinal) Responses.Complete();
    }

    public virtual void OnFailed(OutgoingRequest request, SipException error) => Responses.Complete(error);

    public virtual void OnEnded(OutgoingRequest request) => Responses.Complete();

    public virtual uint NextSequence(uint current) => current + 1;
}
