using ModernSip.EventPackages;
using ModernSip.Messages;

namespace ModernSip.Registrations;

/// <summary>What follows from the registrar's news of a binding (RFC 3680 §4.7.1). Pure.</summary>
internal static class ReginfoRules
{
    /// <summary>Judges a document.</summary>
    /// <param name="info">The document.</param>
    /// <param name="addressOfRecord">The address of record.</param>
    /// <param name="contact">What is bound.</param>
    public static ReginfoVerdict Judge(SipRegistrationInfo info, SipUri addressOfRecord, SipUri contact)
    {
        if (info.Registrations.FirstOrDefault(entry => SipUri.TryParse(entry.AddressOfRecord, out var address) && address == addressOfRecord) is not { } registration) return ReginfoVerdict.Nothing;
        var row = registration.Contacts.LastOrDefault(one => SipUri.TryParse(one.Uri, out var uri) && uri == contact);
        return row switch
        {
            null when registration.State == "terminated" => new ReginfoVerdict(ReginfoCourse.End, "terminated"),
            null when info.IsFull => new ReginfoVerdict(ReginfoCourse.Register, "the registrar does not list it"),
            null => ReginfoVerdict.Nothing,
            { State: "terminated", Event: "deactivated" or "expired" } => new ReginfoVerdict(ReginfoCourse.Register, row.Event),
            { State: "terminated", Event: "probation", RetryAfter: { } seconds } => new ReginfoVerdict(ReginfoCourse.Register, row.Event, TimeSpan.FromSeconds(seconds)),
            { State: "terminated" } => new ReginfoVerdict(ReginfoCourse.End, row.Event),
            { Event: "shortened", Expires: { } left } => new ReginfoVerdict(ReginfoCourse.Register, row.Event, 0.9 * TimeSpan.FromSeconds(left)),
            _ => ReginfoVerdict.Nothing,
        };
    }
}

/// <summary>What to do about the registrar's news.</summary>
internal enum ReginfoCourse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Register again.</summary>
    Register,

    /// <summary>Take it as ended for good.</summary>
    End,
}

/// <summary>What follows from the registrar's news.</summary>
/// <param name="Course">What to do.</param>
/// <param name="Reason">The event.</param>
/// <param name="Within">In how long at most.</param>
internal readonly record struct ReginfoVerdict(ReginfoCourse Course, string Reason, TimeSpan Within = default)
{
    public static ReginfoVerdict Nothing => default;
}
