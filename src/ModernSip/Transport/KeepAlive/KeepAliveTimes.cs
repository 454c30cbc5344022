using ModernSip.Platform;

namespace ModernSip.Transport.KeepAlive;

/// <summary>The intervals and limits of keep-alives (RFC 5626 §4.4).</summary>
/// <param name="Shortest">The shortest time between an answer and the next ping.</param>
/// <param name="Longest">The longest.</param>
/// <param name="MostSent">How many pings go out before the flow has failed.</param>
/// <param name="AnswerLimit">How long the last of them is waited for.</param>
internal sealed record KeepAliveTimes(TimeSpan Shortest, TimeSpan Longest, int MostSent, TimeSpan AnswerLimit)
{
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(500); // RFC 8489 §6.2.1

    /// <summary>CRLF on a connection: between 95 and 120 s (§4.4), an answer within 10 s (§4.4.1).</summary>
    public static KeepAliveTimes OfConnection { get; } = new(TimeSpan.FromSeconds(95), TimeSpan.FromSeconds(120), 1, TimeSpan.FromSeconds(10));

    /// <summary>STUN on UDP: between 24 and 29 s (§4.4.2); seven requests, the last waited for 16 times the first interval (RFC 8489 §6.2.1).</summary>
    public static KeepAliveTimes OfDatagrams { get; } = new(TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(29), 7, 16 * FirstRetransmission);

    /// <summary>The times on a flow. The server may name the longest interval by Flow-Timer; the shortest is then four fifths of it (§4.4).</summary>
    public static KeepAliveTimes Of(SipFlow flow, TimeSpan? flowTimer)
    {
        var usual = flow.IsReliable ? OfConnection : OfDatagrams;
        return flowTimer is { } longest && longest > TimeSpan.Zero ? usual with { Shortest = 0.8 * longest, Longest = longest } : usual;
    }

    /// <summary>Until the next ping; by chance, so that flows opened together are not pinged together.</summary>
    public TimeSpan Rest(SipRandom random) => Shortest + (random.NextDouble() * (Longest - Shortest));

    /// <summary>How long an answer is waited for, before the next ping or the end.</summary>
    public TimeSpan Wait(int sent) => sent >= MostSent ? AnswerLimit : Math.Pow(2, sent - 1) * FirstRetransmission;
}
