using System.Globalization;
using ModernSip.Messages;

namespace ModernSip.Subscriptions;

/// <summary>How many NOTIFYs a second a subscriber wants at most and at least: max-rate and min-rate of its Event (RFC 6446 §5, §6). Pure.</summary>
/// <param name="Interval">The shortest time between two; zero for no limit.</param>
/// <param name="Longest">The longest time between two, after which the state is told though nothing has changed; zero where it may be silent for ever.</param>
/// <param name="Adjusted">The min-rate that is kept in place of the one asked for; null where that is kept.</param>
internal readonly record struct NotifyRate(TimeSpan Interval, TimeSpan Longest = default, string? Adjusted = null)
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromHours(1);

    /// <summary>Nobody makes this side repeat itself more often, so that one SUBSCRIBE is no flood of NOTIFYs.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    public bool IsOn => Interval > TimeSpan.Zero;

    public static NotifyRate Of(SipTokenValue subscribed)
    {
        var shortest = IntervalOf(subscribed, "max-rate");
        var wanted = IntervalOf(subscribed, "min-rate");
        if (wanted == TimeSpan.Zero) return new NotifyRate(shortest);
        var longest = wanted < LeastPatience ? LeastPatience : wanted;
        if (longest < shortest) longest = shortest; // both cannot be had: the limit stands
        return new NotifyRate(shortest, longest, longest == wanted ? null : (1 / longest.TotalSeconds).ToString("0.######", CultureInfo.InvariantCulture));
    }

    /// <summary>How long the next NOTIFY has to wait; null where it need not.</summary>
    /// <param name="sinceLast">The time since the last one.</param>
    /// <param name="isLast">Whether it ends the subscription: that waits for nothing (RFC 6446 §5.2).</param>
    public TimeSpan? Wait(TimeSpan sinceLast, bool isLast) => isLast || sinceLast >= Interval ? null : Interval - sinceLast;

    /// <summary>When the state is told once more where nothing changes; null for never, zero for now.</summary>
    /// <param name="sinceLast">The time since the last NOTIFY.</param>
    public TimeSpan? Repeat(TimeSpan sinceLast) => Longest == TimeSpan.Zero ? null : sinceLast >= Longest ? TimeSpan.Zero : Longest - sinceLast;

    private static TimeSpan IntervalOf(SipTokenValue subscribed, string parameter) =>
        double.TryParse(subscribed.Parameters[parameter], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1_000
            ? TimeSpan.FromSeconds(Math.Min(1 / rate, MostPatience.TotalSeconds))
            : TimeSpan.Zero;
}
