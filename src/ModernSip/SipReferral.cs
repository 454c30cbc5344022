using ModernSip.Errors;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Subscriptions;

namespace ModernSip;

/// <summary>A REFER that this side accepted: calls whom the peer named, and tells the peer how that goes (RFC 3515 §2.4.4).</summary>
/// <remarks>Safe to use from any thread. The call that the REFER came in stays up until either side hangs up.</remarks>
public sealed class SipReferral : IAsyncDisposable
{
    private readonly SendingContext _context;
    private readonly NotifierLeg? _leg;
    private int _lastStatus = 100;

    internal SipReferral(SipIncomingRefer request, SendingContext context, NotifierLeg? leg)
    {
        Refer = request;
        _context = context;
        _leg = leg;
    }

    /// <summary>What was asked for.</summary>
    public SipIncomingRefer Refer { get; }

    /// <summary>Whether the peer is told how it goes: not where it wants nothing told, and no more once it was told the end.</summary>
    public bool IsReported => _leg is { State: not SipSubscriptionState.Terminated };

    /// <summary>Prepares the call to the target, with what the Refer-To asks for, and with Referred-By (RFC 3892 §2.1).</summary>
    /// <exception cref="InvalidOperationException">The Refer-To names another method than INVITE.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive since.</exception>
    /// <exception cref="SipTransportException">The connection is suspended.</exception>
    public SipInviteDialog CreateInviteDialog()
    {
        if (Refer.Method != SipMethod.Invite) throw new InvalidOperationException($"The peer asks for a {Refer.Method}.");
        _context.ThrowIfUnusable();
        var dialog = new SipInviteDialog(_context, Refer.Target);
        foreach (var (name, value) in Refer.TargetHeaders) dialog.InitialRequest.Headers.Add(name, value);
        if (Refer.ReferredBy is { } referrer) dialog.InitialRequest.Headers.Set(SipHeaderNames.ReferredBy, referrer);
        return dialog;
    }

    /// <summary>Calls the target and tells the peer each status that comes back, up to the final one.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="cancellationToken">Cancels the call; the peer is told 487.</param>
    /// <returns>The session with the target, answered.</returns>
    /// <exception cref="ArgumentException">The session description is malformed, or no legal offer (RFC 3264).</exception>
    /// <exception cref="InvalidOperationException">The Refer-To names another method than INVITE.</exception>
    /// <exception cref="SipResponseException">The target refused.</exception>
    /// <exception cref="SipException">The target could not be reached, or did not answer.</exception>
    public async Task<SipInviteDialog> FollowAsync(SipContent offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var dialog = CreateInviteDialog();
        try
        {
            SipResponse? final = null;
            await foreach (var response in dialog.SendInviteAsync(offer, cancellationToken).ConfigureAwait(false))
            {
                Tell(response.Status, response.ReasonPhrase, null);
                if (response.IsFinal) final = response;
                if (response.IsSuccess) break; // leaving the loop, the stack acknowledges and goes on with this session
            }

            if (final is { IsSuccess: true }) return dialog;
            throw final is null ? new SipTimeoutException("The target gave no final response.") : new SipResponseException(final);
        }
        catch (Exception exception)
        {
            var status = exception switch { OperationCanceledException => SipStatus.RequestTerminated, SipTimeoutException => SipStatus.RequestTimeout, _ => SipStatus.ServiceUnavailable };
            Tell(status, null, null); // unless the target gave one
            await dialog.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tells the peer the status of the request to the target; a final one ends it.</summary>
    /// <param name="status">The status.</param>
    /// <param name="reasonPhrase">The reason phrase; null for the usual one.</param>
    /// <param name="cancellationToken">Stops the waiting, not the NOTIFY.</param>
    /// <returns>A task that ends when the peer has it, or cannot be told; at once where it wants nothing told.</returns>
    /// <exception cref="ArgumentException">The phrase holds CR, LF or NUL.</exception>
    public async Task ReportAsync(SipStatus status, string? reasonPhrase = null, CancellationToken cancellationToken = default)
    {
        var told = new Completion<SipResponse>(_context.Connection.Platform.Continuations);
        if (!Tell(status, reasonPhrase, told)) return;
        try
        {
            await told.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SipException)
        {
            // The peer listens no more: that is its own affair, and nothing that the application could do better.
        }
    }

    /// <summary>Ends it: where the peer has not been told the final status, it hears 503 (RFC 3515 §2.4.5).</summary>
    public async ValueTask DisposeAsync() => await ReportAsync(SipStatus.ServiceUnavailable).ConfigureAwait(false);

    /// <summary>Sends a NOTIFY, unless the status was told before, or the final one.</summary>
    private bool Tell(SipStatus status, string? reasonPhrase, Completion<SipResponse>? done)
    {
        var content = new SipFragment(status, reasonPhrase ?? new SipResponse(status).ReasonPhrase).ToContent();
        if (_leg is null) return false;
        for (var last = Volatile.Read(ref _lastStatus); last < 200 && last != status.Code; last = Volatile.Read(ref _lastStatus))
        {
            if (Interlocked.CompareExchange(ref _lastStatus, status.Code, last) != last) continue;
            if (status.IsFinal) _leg.Terminate("noresource", null, content, done);
            else _leg.Notify(content, isPending: false, done);
            return true;
        }

        return false;
    }
}
