using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Transport;
using Polly;

namespace ModernSip.Stack;

/// <summary>What came of sending a request to one target.</summary>
/// <param name="Outcome">The final response, or the error.</param>
/// <param name="Flow">Where the response came from.</param>
/// <param name="HasNext">Whether there may be another target.</param>
internal readonly record struct AttemptEnding(Outcome<SipResponse> Outcome, SipFlow? Flow, bool HasNext);

/// <summary>The attempts of one request, as its failover policy has them made (RFC 3263 §4.3).</summary>
/// <remarks>The attempts begin and end on the shard. The policy, which may be the application's, runs where continuations run.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class TargetAttempts
{
    private readonly OutgoingRequest _request;
    private readonly ConnectionContext _connection;
    private readonly CancellationTokenSource _stop;
    private AttemptEnding? _made;
    private Completion<AttemptEnding>? _awaited;
    private SipFlow? _lastFlow;

    private TargetAttempts(OutgoingRequest request, SendingContext context, AttemptEnding? made)
    {
        (_request, _connection, _made) = (request, context.Connection, made);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(context.Period.Ended);
    }

    /// <summary>Lets a policy have the attempts made.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">On whose behalf it is sent.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="made">The first attempt, where it was made before there was anything for a policy to decide.</param>
    public static TargetAttempts Run(OutgoingRequest request, SendingContext context, ResiliencePipeline<SipResponse> policy, AttemptEnding? made = null)
    {
        var attempts = new TargetAttempts(request, context, made);
        context.Connection.Tasks.Own(attempts.RunAsync(policy));
        return attempts;
    }

    /// <summary>Tells the policy what came of the attempt that it awaits. On the shard.</summary>
    /// <returns>False when it awaits none.</returns>
    public bool TryEnd(AttemptEnding ending)
    {
        if (_awaited is not { } awaited) return false;
        _awaited = null;
        awaited.Set(ending);
        return true;
    }

    /// <summary>The request is over, and with it the policy's work. On the shard; what hangs on the token runs elsewhere.</summary>
    public void Stop()
    {
        TryEnd(new AttemptEnding(Outcome.FromException<SipResponse>(new OperationCanceledException()), null, HasNext: false));
        _stop.PostCancel(_connection.Platform.Continuations, _connection.Logger.CancelCallbackFailed);
    }

    private async Task RunAsync(ResiliencePipeline<SipResponse> policy)
    {
        await new ContinuationHop(_connection.Platform.Continuations); // the policy may be the application's code: not on the shard
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, _stop.Token);
        try
        {
            var outcome = await policy.ExecuteOutcomeAsync(static (execution, attempts) => attempts.NextAsync(execution), context, this).ConfigureAwait(false);
            Post(outcome.Exception is { } exception ? Outcome.FromException<SipResponse>(AsSip(exception)) : outcome);
        }
#pragma warning disable CA1031 // The policy is the application's: whatever it throws fails the request, or nobody would ever hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Post(Outcome.FromException<SipResponse>(AsSip(exception)));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Outcome<SipResponse>> NextAsync(ResilienceContext context)
    {
        var ending = _made ?? await MakeAsync(context.CancellationToken).ConfigureAwait(false);
        _made = null;
        _lastFlow = ending.Flow;
        FailoverPolicy.SetNextTarget(context, ending.HasNext);
        return ending.Outcome;
    }

    private async Task<AttemptEnding> MakeAsync(CancellationToken cancellationToken)
    {
        var ending = new Completion<AttemptEnding>(_connection.Platform.Continuations);
        if (!_request.Shard.Post(static (_, state) => { var (attempts, awaited) = ((TargetAttempts, Completion<AttemptEnding>))state!; attempts.Begin(awaited); }, (this, ending)))
        {
            return new AttemptEnding(Outcome.FromException<SipResponse>(new SipConnectionClosedException("The stack has stopped.")), null, HasNext: false);
        }

        await using var leaving = cancellationToken.UnsafeRegister(
            static state => { var (attempts, awaited) = ((TargetAttempts, Completion<AttemptEnding>))state!; attempts._request.Shard.Post(static (_, both) => { var (left, gone) = ((TargetAttempts, Completion<AttemptEnding>))both!; left.Leave(gone); }, (attempts, awaited)); },
            (this, ending)).ConfigureAwait(false);
        return await ending.Task.ConfigureAwait(false);
    }

    private void Begin(Completion<AttemptEnding> awaited)
    {
        _awaited = awaited;
        if (_request.IsOver) Stop();
        else _request.SendToNextTarget();
    }

    /// <summary>The policy waits no longer for an attempt: its time is up.</summary>
    private void Leave(Completion<AttemptEnding> awaited)
    {
        if (!ReferenceEquals(_awaited, awaited) || !_request.TryLeaveTarget(out var hasNext)) return;
        _awaited = null;
        awaited.Set(new AttemptEnding(Outcome.FromException<SipResponse>(new OperationCanceledException("The failover policy waits no longer for this target.")), null, hasNext));
    }

    private void Post(Outcome<SipResponse> outcome) =>
        _request.Shard.Post(static (_, state) => { var (attempts, ended) = ((TargetAttempts, Outcome<SipResponse>))state!; attempts._request.Conclude(ended, attempts._lastFlow); }, (this, outcome));

    private static SipException AsSip(Exception exception) => exception switch
    {
        SipException known => known,
        Polly.Timeout.TimeoutRejectedException => new SipTimeoutException("No final response within the time of the failover policy."),
        OperationCanceledException => new SipConnectionClosedException("The connection was closed."),
        _ => new SipTransportException($"The failover policy gave up: {exception.Message}", exception),
    };
}
