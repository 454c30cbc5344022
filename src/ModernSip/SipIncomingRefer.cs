using ModernSip.Dialogs;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using ModernSip.Stack;
using ModernSip.Subscriptions;

namespace ModernSip;

/// <summary>A peer asks this side to call somebody: a transfer where it comes in a call (RFC 3515 §2.4.2). Accept it and follow it, or reject it, for example with 603.</summary>
/// <remarks>Whether the peer may ask that is the application's to judge. What cannot be followed never gets here: the stack answers 400, and 416 where the target is no SIP and no tel URI.</remarks>
public sealed class SipIncomingRefer : SipIncomingRequest
{
    private static readonly TimeSpan LongestProgress = TimeSpan.FromMinutes(10);

    private readonly ReferTarget _target;

    internal SipIncomingRefer(IncomingRequest incoming)
        : base(incoming) =>
        _target = Request.Headers.TryGet(SipHeaderNames.ReferTo, out var referTo) && ReferTarget.TryRead(referTo, out var target) ? target : throw new InvalidOperationException("A REFER is looked at before it gets here.");

    /// <summary>Whom to send the request to.</summary>
    public SipUri Target => _target.Uri;

    /// <summary>The request to send: INVITE unless the Refer-To names another.</summary>
    public SipMethod Method => _target.Method;

    /// <summary>The dialog that the call is to take the place of, at its target (RFC 3891); null for none, as in a blind transfer.</summary>
    public SipCallIdValue? Replaces => _target.Headers.Get(SipHeaderNames.Replaces);

    /// <summary>Who asks, as the peer says (RFC 3892); null where it does not.</summary>
    public SipNameAddress? ReferredBy => Request.Headers.Get(SipHeaderNames.ReferredBy);

    /// <summary>The dialog that a REFER outside of dialogs is about (RFC 4538); null where it does not say.</summary>
    public SipCallIdValue? TargetDialog => Request.Headers.Get(SipHeaderNames.TargetDialog);

    /// <summary>Whether the peer wants to be told how it goes; not with Refer-Sub: false (RFC 4488).</summary>
    public bool WantsProgress => Request.Headers.Get(SipHeaderNames.ReferSub)?.Is("false") != true;

    /// <summary>What the request to the target is to carry, where the Refer-To may ask for it.</summary>
    internal SipHeaders TargetHeaders => _target.Headers;

    /// <summary>Accepts with 202, and tells the peer at once that it is being tried, unless the peer wants nothing told.</summary>
    /// <param name="cancellationToken">Stops the waiting, not the answer.</param>
    /// <returns>What follows the REFER and tells how that goes.</returns>
    /// <exception cref="InvalidOperationException">A final response was given already.</exception>
    /// <exception cref="Errors.SipConnectionClosedException">The connection is closed, or the REFER made no dialog: it was answered with 400 (Contact missing).</exception>
    public async Task<SipReferral> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (WantsProgress)
        {
            var settings = new NotifierSettings { LongestExpiry = LongestProgress, Content = new SipFragment(SipStatus.Trying, "Trying").ToContent() };
            return new SipReferral(this, FollowingContext(), await NotifierStarts.AcceptAsync(Incoming, new SipTokenValue(EventId.Refer.Package), settings, cancellationToken).ConfigureAwait(false));
        }

        var response = Request.CreateResponse(SipStatus.Accepted);
        response.Headers["Refer-Sub"] = "false";
        await RespondAsync(response, cancellationToken).ConfigureAwait(false);
        return new SipReferral(this, FollowingContext(), null);
    }

    /// <summary>The target is called on behalf of who was asked: the identity, the route and the credentials of the call.</summary>
    private SendingContext FollowingContext() => Incoming.Usage is CallLeg session
        ? session.Context with { From = session.Dialog.Local.WithTag(null) }
        : new SendingContext(Incoming.Connection) { From = Request.Headers.To!.WithTag(null) };
}
