using System.Globalization;
using System.Xml.Linq;

namespace ModernSip.EventPackages;

/// <summary>One way of reaching somebody, and whether it is open (RFC 3863 §4.1.2).</summary>
/// <param name="Id">What names the tuple in its document.</param>
/// <param name="IsOpen">Whether messages are taken there; null where the document does not say.</param>
public sealed record SipPresenceTuple(string Id, bool? IsOpen)
{
    /// <summary>The address to reach them at, a URI; null for none.</summary>
    public string? Contact { get; init; }

    /// <summary>How much the contact is preferred to others, 0 to 1; null where nothing is said.</summary>
    public double? Priority { get; init; }

    /// <summary>Notes for people to read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>When the status was changed; null where nothing is said.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Elements of other vocabularies in the tuple or its status. Kept as they came; they are written back into the tuple.</summary>
    public IReadOnlyList<XElement> Extensions { get; init; } = [];

    internal static SipPresenceTuple Read(XElement tuple)
    {
        var status = tuple.Element(SipPresence.Pidf + "status");
        var contact = tuple.Element(SipPresence.Pidf + "contact");
        bool? isOpen = (status is null ? null : EventXml.ChildText(status, SipPresence.Pidf + "basic")) switch
        {
            "open" => true,
            "closed" => false,
            _ => null,
        };
        return new SipPresenceTuple(EventXml.Attribute(tuple, "id") ?? "", isOpen)
        {
            Contact = contact?.Value.Trim(),
            Priority = contact is not null && double.TryParse(EventXml.Attribute(contact, "priority"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var priority) && priority <= 1 ? priority : null,
            Notes = [.. tuple.Elements(SipPresence.Pidf + "note").Select(static note => note.Value.Trim())],
            Timestamp = DateTimeOffset.TryParse(EventXml.ChildText(tuple, SipPresence.Pidf + "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
            Extensions = [.. tuple.Elements().Concat(status?.Elements() ?? []).Where(static element => element.Name.Namespace != SipPresence.Pidf)],
        };
    }

    internal XElement Write()
    {
        var ns = SipPresence.Pidf;
        return new XElement(
            ns + "tuple",
            new XAttribute("id", EventXml.Clean(Id)),
            new XElement(ns + "status", IsOpen is { } open ? new XElement(ns + "basic", open ? "open" : "closed") : null),
            Extensions,
            Contact is null ? null : new XElement(ns + "contact", Priority is { } priority ? new XAttribute("priority", priority.ToString("0.###", CultureInfo.InvariantCulture)) : null, EventXml.Clean(Contact)),
            Notes.Select(note => new XElement(ns + "note", EventXml.Clean(note))),
            Timestamp is { } time ? new XElement(ns + "timestamp", time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)) : null);
    }
}
