using System.Globalization;

namespace ModernSip.Sdp.Negotiation;

/// <summary>A rule that a description breaks, and where.</summary>
public sealed record SdpViolation
{
    internal SdpViolation(SdpRule rule, int? mediaIndex, string reason)
    {
        Rule = rule;
        MediaIndex = mediaIndex;
        Reason = reason;
    }

    /// <summary>The rule.</summary>
    public SdpRule Rule { get; }

    /// <summary>The stream's position, from 0; null where the whole description is meant.</summary>
    public int? MediaIndex { get; }

    /// <summary>What is wrong. A fixed phrase that never repeats the input.</summary>
    public string Reason { get; }

    /// <summary>Where and why in one sentence.</summary>
    public override string ToString() =>
        MediaIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"Stream {index}: {Reason}") : Reason;
}
