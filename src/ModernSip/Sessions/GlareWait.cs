using ModernSip.Messages;
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

    public GlareWait(CallLeg leg, SipResponse response, Action resend)
    {
        _leg = leg;
        _resend = resend;
        Response = response;
        _timer = new ShardTimer(leg.Shard, OnTimer);
        _timer.Start(NextWait());
    }

    /// <summary>The 491.</summary>
    public SipResponse Response { get; }

    public void Stop() => _timer.Stop();

    private void OnTimer()
    {
        if (_leg is { IsEnded: false, IsOccupied: true }) _timer.Start(NextWait()); // the peer's INVITE is not through yet
        else _resend();
    }

    /// <summary>In units of 10 ms: 2.1 to 4 s at the owner of the Call-ID, up to 2 s at the other side.</summary>
    private TimeSpan NextWait()
    {
        var random = _leg.Shard.Engine.Random.NextDouble();
        var hundredths = _leg.OwnsCallId ? 210 + (int)(random * 191) : (int)(random * 201);
        return TimeSpan.FromMilliseconds(10 * hundredths);
    }
}
