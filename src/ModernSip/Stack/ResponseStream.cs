using System.Runtime.CompilerServices;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;

namespace ModernSip.Stack;

/// <summary>The responses to one request on their way to the application: read once as a stream, or awaited for the final one.</summary>
internal sealed class ResponseStream(SipContinuations continuations)
{
    private const int MostWaitingProvisionals = 64;

    private readonly Mailbox<SipResponse> _responses = new(continuations);
    private readonly Completion<SipResponse> _final = new(continuations);
    private int _waitingProvisionals;
    private int _isRead;

    /// <summary>Whether the application awaits the final response by itself.</summary>
    public bool IsFinalAwaited { get; private set; }

    public bool IsCompleted => _responses.IsCompleted;

    /// <summary>Passes a response on. Provisional ones that nobody reads are dropped at last, final ones never.</summary>
    public void Write(SipResponse response)
    {
        if (response.IsFinal)
        {
            _responses.TryWrite(response);
            _final.Set(response);
        }
        else if (Interlocked.Increment(ref _waitingProvisionals) > MostWaitingProvisionals || !_responses.TryWrite(response))
        {
            Interlocked.Decrement(ref _waitingProvisionals);
        }
    }

    /// <summary>Passes on a final response that another request follows: it is to be seen, and not the end.</summary>
    public void WriteIntermediate(SipResponse response) => _responses.TryWrite(response);

    public void Complete(Exception? error = null)
    {
        _responses.Complete(error);
        _final.Fail(error ?? new SipTimeoutException("No final response came.")); // after a final response this says nothing
    }

    /// <summary>Nobody reads: what needs no word of an application is done without.</summary>
    public void AwaitFinal() => IsFinalAwaited = true;

    public Task<SipResponse> FinalAsync(CancellationToken cancellationToken)
    {
        AwaitFinal();
        return _final.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Reads the stream; once only.</summary>
    /// <param name="movedOn">Is told that the application asks for more after a response.</param>
    /// <param name="left">Is told that the application has left, with or without having seen the end.</param>
    /// <param name="ofRequest">The token that the request was sent with; it stops the reading too.</param>
    /// <param name="cancellationToken">Stops this reading only.</param>
    /// <exception cref="InvalidOperationException">The stream was read before.</exception>
    public IAsyncEnumerator<SipResponse> ReadAsync(Action<SipResponse>? movedOn, Action? left, CancellationToken ofRequest, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 1) throw new InvalidOperationException("The responses of a transaction can be enumerated once.");
        return ReadCoreAsync(movedOn, left, ofRequest).GetAsyncEnumerator(cancellationToken); // the compiler joins the two tokens
    }

    private async IAsyncEnumerable<SipResponse> ReadCoreAsync(Action<SipResponse>? movedOn, Action? left, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (await _responses.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_responses.TryRead(out var response))
                {
                    if (response.IsProvisional) Interlocked.Decrement(ref _waitingProvisionals);
                    yield return response;
                    movedOn?.Invoke(response);
                }
            }
        }
        finally
        {
            left?.Invoke();
        }
    }
}
