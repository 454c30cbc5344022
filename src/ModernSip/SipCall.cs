using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Sessions;
using ModernSip.Sessions.Conduct;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>A call that is answered, for those who want no protocol: made by <see cref="SipConnection.CallAsync(SipUri, SipContent, CancellationToken)"/>, or by accepting an incoming INVITE.</summary>
/// <remarks>
/// Safe to use from any thread. Disposing it hangs up. It answers what the peer sends in the call; who wants to do that reads <see cref="SipInviteDialog.IncomingAsync"/> of a
/// dialog of one's own instead.
/// </remarks>
public sealed class SipCall : IAsyncDisposable
{
    private static readonly TimeSpan ShortestTone = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LongestTone = TimeSpan.FromSeconds(10);

    private readonly CallConduct _conduct;
    private readonly Turns _changes;
    private readonly Task _conducting;
    private readonly OwnedTasks _started = new();
    private readonly Func<SipIncomingRefer, Task>? _follow;
    private volatile bool _isHeld;

    internal SipCall(SipInviteDialog dialog, SipCallOptions? options)
    {
        Dialog = dialog;
        _follow = options?.FollowTransfer;
        _conduct = dialog.Conduct(options?.AnswerOffer, _follow is null ? null : TakeRefer);
        _changes = new Turns(dialog.Continuations);
        _conducting = _conduct.RunAsync();
    }

    /// <summary>The dialog underneath, for what this object does not do.</summary>
    public SipInviteDialog Dialog { get; }

    /// <summary>This side's session description as it was last agreed; null where there is none.</summary>
    public SipContent? LocalDescription => Dialog.LocalDescription;

    /// <summary>The peer's session description as it was last agreed: where media goes to. Null where there is none.</summary>
    public SipContent? RemoteDescription => Dialog.RemoteDescription;

    /// <summary>Whether this side holds the call: the peer has agreed.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Whether the peer holds the call.</summary>
    public bool IsHeldByPeer => _conduct.IsHeldByPeer;

    /// <summary>Ends when the call has ended, and tells how.</summary>
    public Task<SipDialogOutcome> Completion => Dialog.Completion;

    /// <summary>What the peer does in the call, for one reader.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The stream, from the answer on; of more than 256 events that nobody has read the later ones are missing. It ends with the call, and throws where that lost its connection.</returns>
    public IAsyncEnumerable<SipCallEvent> EventsAsync(CancellationToken cancellationToken = default) => _conduct.Events.ReadAllAsync(cancellationToken);

    /// <summary>Hangs up; where the call has ended already, nothing is sent.</summary>
    /// <param name="cancellationToken">Stops the waiting, not the BYE.</param>
    public Task HangUpAsync(CancellationToken cancellationToken = default) => Dialog.SendByeAsync(cancellationToken);

    /// <summary>Holds the call: the peer is asked not to send media (RFC 3264 §8.4). Where it is held already, nothing is sent.</summary>
    /// <param name="cancellationToken">Cancels the attempt. Where the peer's answer crosses the CANCEL, it has succeeded all the same, and <see cref="IsHeld"/> tells so.</param>
    /// <exception cref="SipResponseException">The peer refused; the call goes on as before.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer; the call is ended.</exception>
    /// <exception cref="InvalidOperationException">The call has ended, or was agreed without a session description.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive.</exception>
    public Task HoldAsync(CancellationToken cancellationToken = default) => TurnAsync(holds: true, cancellationToken);

    /// <summary>Goes on with a call that this side holds. Where it does not, nothing is sent.</summary>
    /// <param name="cancellationToken">Cancels the attempt, see <see cref="HoldAsync"/>.</param>
    /// <exception cref="SipResponseException">The peer refused; the call stays held.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer; the call is ended.</exception>
    /// <exception cref="InvalidOperationException">The call has ended, or was agreed without a session description.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or has become inactive.</exception>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => TurnAsync(holds: false, cancellationToken);

    /// <summary>Sends tones, one INFO after the other (application/dtmf-relay). In media they are sent as RFC 4733 says, which is the application's to do.</summary>
    /// <param name="tones">0 to 9, * and #, A to D.</param>
    /// <param name="duration">How long each is, 40 ms to 10 s; default 160 ms.</param>
    /// <param name="cancellationToken">Stops behind the tone that is being sent.</param>
    /// <exception cref="ArgumentException">There is another character, or the duration is out of range.</exception>
    /// <exception cref="SipResponseException">The peer does not take tones this way.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer.</exception>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public Task SendDtmfAsync(string tones, TimeSpan? duration = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tones);
        var length = duration ?? TimeSpan.FromMilliseconds(160);
        if (length < ShortestTone || length > LongestTone) throw new ArgumentException($"{length} is not between 40 ms and 10 s.", nameof(duration));
        var keys = tones.Select(key => DtmfRelay.ToneOf(key) ?? throw new ArgumentException($"'{key}' is no tone.", nameof(tones))).ToArray();
        return SendAsync(keys, length, cancellationToken);
    }

    /// <summary>Asks the peer to call somebody else: a blind transfer, see <see cref="SipInviteDialog.TransferAsync(SipUri, SipTransferOptions?, CancellationToken)"/>.</summary>
    /// <param name="target">Whom the peer is to call.</param>
    /// <param name="options">More about it; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting for the peer's answer.</param>
    /// <returns>The transfer, accepted: how it goes on is a stream. The call stays up until either side hangs up.</returns>
    /// <exception cref="SipResponseException">The peer refused.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer.</exception>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public Task<SipTransfer> TransferAsync(SipUri target, SipTransferOptions? options = null, CancellationToken cancellationToken = default) => Dialog.TransferAsync(target, options, cancellationToken);

    /// <summary>Connects the peers of two calls: an attended transfer, see <see cref="SipInviteDialog.TransferAsync(SipInviteDialog, SipTransferOptions?, CancellationToken)"/>.</summary>
    /// <param name="consultation">The call with the target of the transfer.</param>
    /// <param name="options">More about it; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting for the peer's answer.</param>
    /// <returns>The transfer, accepted: how it goes on is a stream. The call stays up until either side hangs up.</returns>
    /// <exception cref="ArgumentException">Both calls are the same.</exception>
    /// <exception cref="SipResponseException">The peer refused.</exception>
    /// <exception cref="SipTimeoutException">The peer did not answer.</exception>
    /// <exception cref="InvalidOperationException">One of the calls has ended.</exception>
    public Task<SipTransfer> TransferAsync(SipCall consultation, SipTransferOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(consultation);
        return Dialog.TransferAsync(consultation.Dialog, options, cancellationToken);
    }

    /// <summary>What has happened so far, as a ladder to be printed: see <see cref="SipInviteDialog.Explain"/>.</summary>
    public SipLadder Explain() => Dialog.Explain();

    /// <summary>Hangs up and waits for it, and for the callbacks that are under way; in one of them it waits for the hanging up alone.</summary>
    public async ValueTask DisposeAsync()
    {
        await Dialog.DisposeAsync().ConfigureAwait(false);
        if (_conduct.IsInCallback) return;
        await _conducting.ConfigureAwait(false);
        await _started.WhenAllEndedAsync().ConfigureAwait(false);
    }

    /// <summary>Sends the INVITE at once, and waits for the answer.</summary>
    internal static Task<SipCall> StartAsync(SipInviteDialog dialog, SipContent offer, SipCallOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(offer);
        dialog.FollowsRedirects = options?.FollowsRedirects == true;
        options?.AddHeaders?.Invoke(dialog.InitialRequest.Headers);
        return AwaitAnswerAsync(dialog, dialog.SendInviteAsync(offer, cancellationToken), options);
    }

    private static async Task<SipCall> AwaitAnswerAsync(SipInviteDialog dialog, SipInviteTransaction inviting, SipCallOptions? options)
    {
        try
        {
            SipResponse? last = null;
            await foreach (var response in inviting.ConfigureAwait(false))
            {
                last = response;
                if (response.IsSuccess)
                {
                    var call = new SipCall(dialog, options);
                    await dialog.SendAckAsync(response).ConfigureAwait(false);
                    return call;
                }

                options?.Progress?.Report(response);
            }

            throw new SipResponseException(last!); // a stream of responses ends with one, or throws
        }
        catch (SipException exception)
        {
            if (dialog.Explain() is { Rows.Count: > 0 } ladder) exception.Ladder ??= ladder;
            throw;
        }
    }

    private bool TakeRefer(IncomingRequest incoming)
    {
        if (incoming.Request.Method != SipMethod.Refer) return false;
        _started.Own(FollowAsync(new SipIncomingRefer(incoming))); // it may take as long as a call does
        return true;
    }

    private async Task FollowAsync(SipIncomingRefer refer)
    {
        await new ContinuationHop(Dialog.Continuations); // the application's code: not in the way of the peer's next request
        var status = SipStatus.Decline;
        try
        {
            await CallbackFlow.CallAsync(
                _conduct,
                async (asked, _) =>
                {
                    await _follow!(asked).ConfigureAwait(false); // there is one: the REFER was taken for it
                    return true;
                },
                refer,
                CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The application's code: whatever it throws refuses the transfer, where it has not answered, and is logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            refer.Incoming.Connection.Logger.TransferNotFollowed(exception);
            status = SipStatus.ServerInternalError;
        }

        if (refer.IsAnswered) return;
        try
        {
            await refer.RespondAsync(status).ConfigureAwait(false);
        }
        catch (SipConnectionClosedException)
        {
            // Nobody is left to be refused.
        }
    }

    private async Task TurnAsync(bool holds, CancellationToken cancellationToken)
    {
        var turn = await _changes.TakeAsync(cancellationToken).ConfigureAwait(false);
        var turning = TurnAsync(holds, turn, cancellationToken);
        if (!turning.IsCompleted) _started.Own(EndAsync(turning));
        await turning.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An attempt goes on to its end when its caller has given it up: the peer's answer may cross the CANCEL, and then it has succeeded.</summary>
    private async Task TurnAsync(bool holds, Turns.Turn turn, CancellationToken cancellationToken)
    {
        using var taken = turn;
        if (_isHeld == holds) return;
        _conduct.WantsHeld = holds;
        try
        {
            (await OfferAsync(cancellationToken).ConfigureAwait(false)).EnsureSuccess();
            _isHeld = holds;
        }
        catch
        {
            _conduct.WantsHeld = !holds;
            throw;
        }

        _conduct.Look();
    }

    /// <summary>Offers what this side wants now. A change that is under way comes first, the peer's or this side's, and the offer is made anew behind it.</summary>
    private async Task<SipResponse> OfferAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Dialog.QuietAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            var version = Dialog.Version;
            try
            {
                var offer = _conduct.NextOffer() ?? throw new InvalidOperationException("The call was agreed without a session description that can be changed.");
                return await OfferAsync(offer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException && Dialog.IsConfirmed && Dialog.Version != version)
            {
                // The peer was faster.
            }
        }
    }

    private async Task<SipResponse> OfferAsync(SipContent offer, CancellationToken cancellationToken)
    {
        var inviting = Dialog.SendInviteAsync(offer, CancellationToken.None);
        using var cancelling = cancellationToken.UnsafeRegister(static state => ((SipInviteTransaction)state!).Cancel(), inviting);
        var final = await inviting.FinalAsync(CancellationToken.None).ConfigureAwait(false);
        if (!final.IsSuccess) cancellationToken.ThrowIfCancellationRequested();
        return final;
    }

    /// <summary>Whoever asked for it hears of its failure, or no longer wants to.</summary>
    private static async Task EndAsync(Task turning) => await turning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task SendAsync(char[] tones, TimeSpan duration, CancellationToken cancellationToken)
    {
        foreach (var tone in tones)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (await Dialog.SendAsync(SipMethod.Info, DtmfRelay.Write(tone, duration), cancellationToken: cancellationToken).FinalAsync(CancellationToken.None).ConfigureAwait(false)).EnsureSuccess();
        }
    }
}
