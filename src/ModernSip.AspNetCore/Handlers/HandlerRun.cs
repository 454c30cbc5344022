using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>One request in the hands of its handler: a scope, the handler, its answer, and the end of the call.</summary>
internal sealed class HandlerRun(SipIncomingRequest incoming, SipConnection connection, IServiceScopeFactory scopes, ILogger logger)
{
    private SipRequest Request => incoming.Request;

    /// <summary>Whether a session stands behind a 2xx to it.</summary>
    private bool MakesDialog => incoming is SipIncomingInvite or SipIncomingSubscribe;

    /// <summary>Handles the request. It never throws.</summary>
    public async Task RunAsync(Handler handler, IReadOnlyDictionary<string, string> values, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, incoming.Canceled);
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var answer = await handler.Delegate.InvokeAsync(new HandlerCall(incoming, connection, values, scope.ServiceProvider, ended.Token)).ConfigureAwait(false);
                await AnswerAsync(ResponseOf(answer)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            await AnswerAsync(Request.CreateResponse(SipStatus.ServiceUnavailable)).ConfigureAwait(false); // the application stops; who cancelled has his answer
        }
#pragma warning disable CA1031 // It is the application's code: whatever it throws is logged, and the peer hears 500.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.HandlerFailed(exception, Request.Method, Request.RequestUri);
            await AnswerAsync(Request.CreateResponse(SipStatus.ServerInternalError)).ConfigureAwait(false);
        }

        await HangUpAsync().ConfigureAwait(false);
    }

    /// <summary>Answers, unless there is an answer already. It never throws.</summary>
    public async Task AnswerAsync(SipResponse response)
    {
        if (incoming.IsAnswered) return;
        try
        {
            await incoming.RespondAsync(response).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SipException or InvalidOperationException or ArgumentException)
        {
            logger.AnswerLost(Request.Method, Request.RequestUri, exception.Message);
        }
    }

    private SipResponse ResponseOf(object? answer)
    {
        var response = answer switch
        {
            SipResponse made => made,
            SipStatus status => Request.CreateResponse(status),
            int code => Request.CreateResponse(new SipStatus(code)),
            _ => Request.CreateResponse(MakesDialog ? SipStatus.TemporarilyUnavailable : SipStatus.Ok), // nobody took it
        };
        if (MakesDialog && response.IsSuccess && !incoming.IsAnswered) throw new InvalidOperationException($"{Request.Method} is accepted by AcceptAsync, not by a status: there is a session behind it.");
        return response;
    }

    private async Task HangUpAsync()
    {
        if (incoming is not SipIncomingInvite { Dialog: { } dialog }) return;
        try
        {
            await dialog.DisposeAsync().ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            logger.AnswerLost(SipMethod.Bye, Request.RequestUri, exception.Message);
        }
    }
}
