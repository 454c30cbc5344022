using System.Net;
using ModernSip.Messages;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>A request from a peer that the application answers. The final response ends the application's part; repeats are the stack's business.</summary>
public class SipIncomingRequest
{
    private IncomingRequest? _incoming; // null once it is a session that goes on
    private SipInviteDialog? _session;

    internal SipIncomingRequest(IncomingRequest incoming) => _incoming = incoming;

    /// <summary>The request.</summary>
    public SipRequest Request => Waiting?.Request ?? _session!.InitialRequest; // one of the two is there

    /// <summary>Where it came from.</summary>
    public IPEndPoint RemoteEndPoint => Waiting?.Transaction.Flow.RemoteEndPoint ?? _session!.FirstFlow.RemoteEndPoint;

    /// <summary>Fires when an answer is no longer wanted: the peer cancelled, or the stack answered because it took too long.</summary>
    public CancellationToken Canceled => Waiting?.Cancelled ?? CancellationToken.None;

    /// <summary>Whether the final response was given, by the application or by the stack in its place.</summary>
    public bool IsAnswered => Waiting?.IsAnswered ?? true;

    internal IncomingRequest Incoming => Waiting ?? throw CreateAnsweredError();

    private IncomingRequest? Waiting => Volatile.Read(ref _incoming);

    /// <summary>The application's view of a request, by its method.</summary>
    internal static SipIncomingRequest Of(IncomingRequest incoming) =>
        incoming.Transaction.IsInvite && incoming.Usage is null ? new SipIncomingInvite(incoming) // a later one changes a session, and makes none
        : incoming.Request.Method == SipMethod.Subscribe ? new SipIncomingSubscribe(incoming)
        : incoming.Request.Method == SipMethod.Refer ? new SipIncomingRefer(incoming)
        : new SipIncomingRequest(incoming);

    /// <summary>Answers: to an INVITE provisional responses as often as wanted, then one final response.</summary>
    /// <param name="status">The status; 100 is the stack's own, and nothing but an INVITE is answered 101 to 199 or 408.</param>
    /// <param name="content">The body; null for none.</param>
    /// <param name="cancellationToken">Stops the waiting, not the response.</param>
    /// <returns>A task that ends when the response is on its way.</returns>
    /// <exception cref="ArgumentException">The status is 100, or the request is no INVITE and the status is provisional or 408 (RFC 4320 §4).</exception>
    /// <exception cref="InvalidOperationException">A final response was given already, or it is too late for one: the peer has given up.</exception>
    /// <exception cref="Errors.SipConnectionClosedException">The connection is closed.</exception>
    public Task RespondAsync(SipStatus status, SipContent? content = null, CancellationToken cancellationToken = default)
    {
        var response = Request.CreateResponse(status);
        response.Content = content;
        return RespondAsync(response, cancellationToken);
    }

    /// <summary>Answers with a response of one's own making, best made by <see cref="SipRequest.CreateResponse"/>.</summary>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Stops the waiting, not the response.</param>
    /// <exception cref="ArgumentException">The status is 100, or the request is no INVITE and the status is provisional or 408 (RFC 4320 §4).</exception>
    /// <exception cref="InvalidOperationException">A final response was given already, or it is too late for one: the peer has given up.</exception>
    /// <exception cref="Errors.SipConnectionClosedException">The connection is closed.</exception>
    public Task RespondAsync(SipResponse response, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.StatusCode == 100) throw new ArgumentException("100 is sent by the stack (RFC 3261 §17.2.1).", nameof(response));
        if (!Incoming.Transaction.IsInvite && response.IsProvisional) throw new ArgumentException($"Only an INVITE has provisional responses, and this is {Request.Method}: it gets a final response at once, or a 100 by the stack (RFC 4320 §4.1).", nameof(response));
        if (!Incoming.Transaction.IsInvite && response.StatusCode == 408) throw new ArgumentException($"Only an INVITE is answered 408, and this is {Request.Method}: its peer no longer listens by then (RFC 4320 §4.2).", nameof(response));
        if (Waiting is not { } incoming) return Task.FromException(CreateAnsweredError());
        var answering = incoming.RespondAsync(response);
#pragma warning disable VSTHRD103 // It has ended: its result is there, and nothing blocks.
        return answering.IsCompletedSuccessfully && answering.Result ? Task.CompletedTask : AwaitAnswerAsync(incoming, answering.WaitAsync(cancellationToken));
#pragma warning restore VSTHRD103
    }

    /// <summary>Makes the 200 that the stack gives to OPTIONS where nobody reads: what this side can do (RFC 3261 §11.2).</summary>
    public SipResponse CreateCapabilitiesResponse() => Stack.Routing.RequestScreen.AnswerOptions(Request, Incoming.Connection.Capabilities);

    /// <summary>The session goes on, perhaps for hours: what was needed to answer is let go, however long the application keeps this.</summary>
    private protected void LetGo(SipInviteDialog session)
    {
        _session = session;
        Volatile.Write(ref _incoming, null);
    }

    private static InvalidOperationException CreateAnsweredError() => new("The INVITE has its final response already.");

    private static async Task AwaitAnswerAsync(IncomingRequest incoming, Task<bool> answering)
    {
        var isLegal = await answering.ConfigureAwait(false);
        if (!isLegal && !incoming.IsCancelled) throw new InvalidOperationException(incoming.IsAnswered ? $"The {incoming.Request.Method} has its final response already." : $"The {incoming.Request.Method} has timed out at its peer: no response is sent any more (RFC 4320 §4.2).");
    }
}
