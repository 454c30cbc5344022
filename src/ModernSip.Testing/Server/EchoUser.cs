using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Testing.Server;

/// <summary>The user who answers every call, and sends every message back to a sender who is registered.</summary>
internal sealed class EchoUser(SipConnection connection, LocationTable locations, TimeProvider time, TimeSpan pause, Action<SipTestServerEventKind, SipRequest, string> tell)
{
    private static readonly TimeSpan HangUpLimit = TimeSpan.FromSeconds(2);

    public async Task ReceiveAsync(SipIncomingRequest incoming, CancellationToken stopping)
    {
        var request = incoming.Request;
        if (request.Headers.GetAll(SipHeaderNames.Require) is { Count: > 0 } required)
        {
            var refusal = request.CreateResponse(SipStatus.BadExtension); // forwarded requests may require anything; this user can nothing
            refusal.Headers["Unsupported"] = string.Join(", ", required);
            await RefuseAsync(incoming, refusal, stopping).ConfigureAwait(false);
        }
        else if (incoming is SipIncomingInvite invite)
        {
            await AnswerAsync(invite, stopping).ConfigureAwait(false);
        }
        else if (request.Method == SipMethod.Message)
        {
            await SendBackAsync(incoming, stopping).ConfigureAwait(false);
        }
        else
        {
            var isOptions = request.Method == SipMethod.Options;
            var response = request.CreateResponse(isOptions ? SipStatus.Ok : SipStatus.MethodNotAllowed);
            response.Headers["Allow"] = "INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS";
            if (!isOptions)
            {
                await RefuseAsync(incoming, response, stopping).ConfigureAwait(false);
                return;
            }

            await incoming.RespondAsync(response, stopping).ConfigureAwait(false);
            tell(SipTestServerEventKind.Answered, request, response.Status.ToString());
        }
    }

    private async Task RefuseAsync(SipIncomingRequest incoming, SipResponse refusal, CancellationToken stopping)
    {
        await incoming.RespondAsync(refusal, stopping).ConfigureAwait(false);
        tell(SipTestServerEventKind.Rejected, incoming.Request, refusal.Status.ToString());
    }

    private async Task AnswerAsync(SipIncomingInvite invite, CancellationToken stopping)
    {
        try
        {
            await PauseAsync(invite, stopping).ConfigureAwait(false);
            await invite.RespondAsync(SipStatus.Ringing, null, stopping).ConfigureAwait(false);
            await PauseAsync(invite, stopping).ConfigureAwait(false);
            var dialog = await invite.AcceptAsync(EchoDescription.For(invite.Request.Content, connection.LocalEndPoints[0]), stopping).ConfigureAwait(false);
            tell(SipTestServerEventKind.Answered, invite.Request, SipStatus.Ok.ToString());
            var outcome = await AwaitEndAsync(dialog, stopping).ConfigureAwait(false);
            tell(SipTestServerEventKind.Ended, invite.Request, outcome);
        }
        catch (SipException exception)
        {
            tell(SipTestServerEventKind.Failed, invite.Request, exception.Message); // cancelled, or no ACK came
        }
    }

    /// <summary>Waits, but no longer than the caller does.</summary>
    private async Task PauseAsync(SipIncomingInvite invite, CancellationToken stopping)
    {
        if (pause == TimeSpan.Zero) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, invite.Canceled);
        await Task.Delay(pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
    }

    private async Task<string> AwaitEndAsync(SipInviteDialog dialog, CancellationToken stopping)
    {
        try
        {
            return (await dialog.Completion.WaitAsync(stopping).ConfigureAwait(false)).Cause.ToString();
        }
        catch (OperationCanceledException)
        {
            // The server stops: it hangs up, but waits only so long for a peer that may be gone.
            using var limit = new CancellationTokenSource(HangUpLimit, time);
            await dialog.SendByeAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return "the server stopped";
        }
    }

    private async Task SendBackAsync(SipIncomingRequest incoming, CancellationToken stopping)
    {
        var request = incoming.Request;
        await incoming.RespondAsync(SipStatus.Ok, null, stopping).ConfigureAwait(false);
        tell(SipTestServerEventKind.Answered, request, SipStatus.Ok.ToString());
        var sender = request.Headers.From!;
        if (sender.Uri.User is not { } user || locations.Of(user) is not [.., var binding] || request.Content is null) return;

        var echo = new SipRequest(SipMethod.Message, binding.Contact.Uri) { Content = request.Content };
        echo.Headers.From = request.Headers.To!.WithTag(null);
        echo.Headers.To = sender.WithTag(null);
        try
        {
            var response = await connection.SendAsync(echo, stopping).FinalAsync(stopping).ConfigureAwait(false);
            tell(SipTestServerEventKind.Sent, echo, response.Status.ToString());
        }
        catch (SipException exception)
        {
            tell(SipTestServerEventKind.Failed, echo, exception.Message);
        }
    }
}
