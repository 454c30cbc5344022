using Microsoft.Extensions.Logging;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Sessions;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>Gives each incoming call to a handler of the application's, and tidies up behind it: what it leaves unanswered is refused, what it leaves up is hung up.</summary>
internal sealed class InviteHandling : IAsyncDisposable
{
    private readonly ConnectionContext _connection;
    private readonly Func<SipIncomingInvite, CancellationToken, Task> _handler;
    private readonly CancellationTokenSource _stop = new();
    private readonly OwnedTasks _calls = new();
    private readonly object _reading;
    private readonly Task _receiving;
    private int _isDisposed;

    public InviteHandling(ConnectionContext connection, Func<SipIncomingInvite, CancellationToken, Task> handler)
    {
        _connection = connection;
        _handler = handler;
        _reading = connection.BeginTakingCalls();
        _receiving = ReceiveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _connection.TakingCalls.End(_reading);
            Cancel(_stop);
        }

        await _receiving.ConfigureAwait(false);
        await _calls.WhenAllEndedAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            await foreach (var incoming in _connection.Calls.ReadAllAsync(_stop.Token).ConfigureAwait(false)) _calls.Own(HandleAsync(new SipIncomingInvite(incoming)));
        }
        catch (OperationCanceledException)
        {
            // Disposed: calls that nobody took are refused.
            while (_connection.Calls.TryRead(out var left)) await TryRespondAsync(left, SipStatus.TemporarilyUnavailable).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(SipIncomingInvite invite)
    {
        await new ContinuationHop(_connection.Platform.Continuations); // each call by itself: a handler that blocks holds up no other
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(invite.Canceled, _connection.Closed, _stop.Token);
        var made = new Completion<CallLeg>(_connection.Platform.Continuations);
        invite.TellLeg(made);
        var watching = WatchAsync(made, ended);
        var refusal = SipStatus.TemporarilyUnavailable;
        try
        {
            await _handler(invite, ended.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (ended.IsCancellationRequested && exception is OperationCanceledException or SipConnectionClosedException)
        {
            // The call was over before its handler was, which is nobody's fault.
        }
#pragma warning disable CA1031 // The handler is the application's: whatever it throws costs its call, and is logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _connection.Logger.InviteHandlerFailed(exception);
            refusal = SipStatus.ServerInternalError;
        }

        if (!invite.IsAnswered) await TryRespondAsync(invite.Incoming, refusal).ConfigureAwait(false);
        else if (invite.Dialog is { } dialog) await dialog.DisposeAsync().ConfigureAwait(false);
        made.Fail(new SipConnectionClosedException("The INVITE made no session."));
        await watching.ConfigureAwait(false);
    }

    /// <summary>The end of the session is the handler's business, too.</summary>
    private async Task WatchAsync(Completion<CallLeg> made, CancellationTokenSource ended)
    {
        try
        {
            var leg = await made.Task.ConfigureAwait(false);
            await leg.Outcome.Task.ConfigureAwait(false);
            Cancel(ended);
        }
        catch (SipConnectionClosedException)
        {
            // It made none.
        }
    }

    /// <summary>Callbacks of the token are the application's code; nothing here runs on a shard.</summary>
    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            _connection.Logger.InviteHandlerFailed(exception); // a callback of the application's on the token
        }
    }

    private static async Task TryRespondAsync(IncomingRequest incoming, SipStatus status)
    {
        try
        {
            await incoming.RespondAsync(incoming.Request.CreateResponse(status)).ConfigureAwait(false);
        }
        catch (SipConnectionClosedException)
        {
            // The stack has answered with the connection's end.
        }
    }
}
