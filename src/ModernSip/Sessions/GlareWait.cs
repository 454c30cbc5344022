using ModernSip.Messages;
using ModernSip.Sdp.Negotiation;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>
/// Two INVITEs met in one dialog and this side's got 491: it is sent again after a random wait, longer at the side that made the Call-ID, so that they
/// do not meet for ever (RFC 3261 §14.1).
/// </summary>
internal sealed class GlareWait
{
    private readonly CallLeg _leg;
    private readonly Action _resend;
    private readonly ShardTimer _timer;
    private readonly CancellationTokenRegistration _closing;
    private bool _hasEnded;

    public GlareWait(CallLeg leg, SipResponse response, Action resend, CancellationToken closed)
    {
        _leg = leg;
        _resend = resend;
        Response = response;
        _timer = new ShardTimer(leg.Shard, OnTimer);
        _timer.Start(NextWait());
        _closing = closed.UnsafeRegister(static state => ((GlareWait)state!).PostEnd(), this);
    }

    /// <summary>The 491.</summary>
    public SipResponse Response { get; }

    public void Stop()
    {
        _hasEnded = true;
        _timer.Stop();
        _closing.Unregister();
    }

    private void OnTimer()
    {
        if (_leg is { IsEnded: false } && (_leg.IsOccupied || _leg.Descriptions.State != SdpNegotiationState.Stable)) _timer.Start(NextWait()); // the peer's change is not through yet
        else EndWait();
    }

    /// <summary>The connection closes: sending again fails at once, and whoever awaits an answer hears of it.</summary>
    private void PostEnd() => _leg.Shard.Post(static (_, state) => ((GlareWait)state!).EndWait(), this);

    private void EndWait()
    {
        if (_hasEnded) return;
        Stop();
        _resend();
    }

    /// <summary>In units of 10 ms: 2.1 to 4 s at the owner of the Call-ID, up to 2 s at the other side.</summary>
    private TimeSpan NextWait()
    {
        var random = _leg.Shard.Engine.Random.NextDouble();
        var hundredths = _leg.OwnsCallId ? 210 + (int)(random * 191) : (int)(random * 201);
        return TimeSpan.FromMilliseconds(10 * hundredths);
    }
}
