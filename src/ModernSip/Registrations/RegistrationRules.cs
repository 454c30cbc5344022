using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Registrations;

/// <summary>What follows from a registrar's answers (RFC 3261 §10.2). Pure.</summary>
internal static class RegistrationRules
{
    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromSeconds(30);

    /// <summary>How long the binding holds: what was granted, but not below 30 s and not above what was asked for (C4).</summary>
    /// <param name="response">The registrar's 2xx.</param>
    /// <param name="binding">This side's row among the bindings; null where it could not be told.</param>
    /// <param name="requested">What was asked for.</param>
    public static TimeSpan Granted(SipResponse response, SipNameAddress? binding, TimeSpan requested)
    {
        var granted = Seconds(binding?.Parameters["expires"]) ?? response.Headers.Expires ?? requested.TotalSeconds;
        var expiry = TimeSpan.FromSeconds(Math.Min(granted, requested.TotalSeconds));
        return expiry < ShortestExpiry ? ShortestExpiry : expiry;
    }

    /// <summary>
    /// When to refresh: at nine tenths of the time, a little earlier by chance so that many do not come at once, and never later than 30 s
    /// before the end where the time is long enough.
    /// </summary>
    /// <param name="granted">How long the binding holds.</param>
    /// <param name="chance">A random number in [0, 1).</param>
    public static TimeSpan RefreshDelay(TimeSpan granted, double chance)
    {
        var latest = granted >= 3 * ShortestExpiry && granted * 0.9 > granted - ShortestExpiry ? granted - ShortestExpiry : granted * 0.9;
        return latest * (1 - (0.05 * chance));
    }

    /// <summary>This side's row among the registrar's bindings: the same URI, else the only row with the same user, else the only row.</summary>
    public static SipNameAddress? FindBinding(SipResponse response, SipUri contact)
    {
        var rows = response.Headers.GetAll(SipHeaderNames.Contact);
        if (rows.FirstOrDefault(row => row.Uri == contact) is { } same) return same;
        var ofUser = rows.Where(row => row.Uri.User == contact.User).ToList();
        if (ofUser.Count == 1) return ofUser[0];
        return rows.Count == 1 ? rows[0] : null;
    }

    /// <summary>Whether another attempt may succeed: time-outs, overload and passing faults, not a refusal.</summary>
    public static bool IsTransient(SipStatus status) => status.Code is 408 or 430 or 480 or 500 or 502 or 503 or 504;

    private static double? Seconds(string? text) =>
        double.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
