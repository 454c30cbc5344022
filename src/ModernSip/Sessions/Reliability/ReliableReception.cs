using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Sessions.Reliability;

/// <summary>What the caller makes of the reliable provisional responses of one callee to one INVITE (RFC 3262 §4). Pure.</summary>
internal readonly record struct ReliableReception(uint Last)
{
    /// <summary>The number of a response that is to be acknowledged; null where it is not, or where it has no number to name it by.</summary>
    public static uint? NumberOf(SipResponse response) =>
        response is { IsProvisional: true, StatusCode: > 100 } && response.Headers.TryGet(SipHeaderNames.RSeq, out var number) && number > 0 && OptionTags.Contains(response, SipHeaderNames.Require, OptionTags.Reliable)
            ? number
            : null;

    /// <summary>Takes the next response in.</summary>
    /// <returns>What it is, and the state from here on.</returns>
    public (ReliableReception Next, ReliableVerdict Verdict) Take(uint number)
    {
        if (Last == 0 || number == Last + 1) return (new(number), ReliableVerdict.New);
        return (this, number == Last ? ReliableVerdict.Repeat : ReliableVerdict.OutOfOrder);
    }
}

internal enum ReliableVerdict : byte
{
    /// <summary>The next one: to be acknowledged.</summary>
    New,

    /// <summary>The last one once more.</summary>
    Repeat,

    /// <summary>One is missing before it: neither acknowledged nor looked at, so that the callee repeats it.</summary>
    OutOfOrder,
}
