using System.Globalization;
using ModernSip.Messages;

namespace ModernSip.Subscriptions;

/// <summary>How many NOTIFYs a second a subscriber wants at most: the max-rate of its Event (RFC 6446 §5). Pure.</summary>
/// <param name="Interval">The shortest time between two; zero for no limit.</param>
internal readonly record struct NotifyRate(TimeSpan Interval)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public bool IsOn => Interval > TimeSpan.Zero;

    public static NotifyRate Of(SipTokenValue subscribed)
    {
        if (!double.TryParse(subscribed.Parameters["max-rate"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) || rate is <= 0 or > 1_000) return default;
        var interval = TimeSpan.FromSeconds(Math.Min(1 / rate, Longest.TotalSeconds));
        return new NotifyRate(interval);
    }

    /// <summary>How long the next NOTIFY has to wait; null where it need not.</summary>
    /// <param name="sinceLast">The time since the last one.</param>
    /// <param name="isLast">Whether it ends the subscription: that waits for nothing (RFC 6446 §5.2).</param>
    public TimeSpan? Wait(TimeSpan sinceLast, bool isLast) => isLast || sinceLast >= Interval ? null : Interval - sinceLast;
}
