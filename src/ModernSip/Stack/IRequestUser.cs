using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>Who awaits what comes of a request. Called on the shard only.</summary>
internal interface IRequestUser
{
    /// <summary>A response that is the user's to see; challenges that the stack answers are not.</summary>
    void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow);

    /// <summary>No final response will come.</summary>
    void OnFailed(OutgoingRequest request, SipException error);

    /// <summary>It was cancelled before it was sent: to its user it ends as if the CANCEL had come through.</summary>
    void OnUnsent(OutgoingRequest request) => OnFailed(request, new SipConnectionClosedException("The request was given up before it was sent."));

    /// <summary>Nothing more will come.</summary>
    void OnEnded(OutgoingRequest request);

    /// <summary>The sequence number for sending the request again with credentials.</summary>
    uint NextSequence(uint current) => current + 1;
}
