using ModernSip.Messages;

namespace ModernSip.Registrations;

/// <summary>What a REGISTER is to bind; it can change while the registration lives.</summary>
/// <param name="Contacts">The contacts, this side's own first.</param>
/// <param name="Expires">How long they shall hold; zero removes them.</param>
internal sealed record RegistrationPlan(IReadOnlyList<SipNameAddress> Contacts, TimeSpan Expires)
{
    public bool IsRemoval => Expires == TimeSpan.Zero;

    /// <summary>The same contacts, to be removed: what a contact says of its own time would count more than Expires (RFC 3261 §10.2.2).</summary>
    public RegistrationPlan ToRemove() => new([.. Contacts.Select(Removed)], TimeSpan.Zero);

    /// <summary>This plan in place of another: what that one bound and this one does not is removed by the same request.</summary>
    public RegistrationPlan InPlaceOf(RegistrationPlan former) =>
        this with { Contacts = [.. Contacts, .. former.Contacts.Where(contact => !Contacts.Any(kept => kept.Uri == contact.Uri)).Select(static contact => contact.WithParameter("expires", "0"))] };

    private static SipNameAddress Removed(SipNameAddress contact) => contact.Parameters.Contains("expires") ? contact.WithParameter("expires", "0") : contact;
}
