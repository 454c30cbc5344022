using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;
using ModernSip.Messages;

namespace ModernSip.EventPackages;

/// <summary>What a registrar knows of somebody: the document of the event package "reg" (RFC 3680).</summary>
public sealed record SipRegistrationInfo
{
    internal static readonly XNamespace Ns = "urn:ietf:params:xml:ns:reginfo";
    internal static readonly XNamespace Gruu = "urn:ietf:params:xml:ns:gruuinfo";

    /// <summary>The media type of the document, application/reginfo+xml.</summary>
    public static SipMediaType MediaType { get; } = SipMediaType.Parse("application/reginfo+xml");

    /// <summary>Counts the documents of one subscription: one that leaves out a number tells that a document is missing (RFC 3680 §5.1).</summary>
    public uint Version { get; init; }

    /// <summary>Whether everything is listed, or only what has changed.</summary>
    public bool IsFull { get; init; } = true;

    /// <summary>The addresses of record.</summary>
    public IReadOnlyList<SipRegistrationInfoEntry> Registrations { get; init; } = [];

    /// <summary>Reads a document.</summary>
    /// <param name="document">The octets of a body.</param>
    /// <param name="info">What it says; null when it is not valid.</param>
    /// <param name="error">Why it is not valid; null when it is.</param>
    public static bool TryParse(ReadOnlyMemory<byte> document, [NotNullWhen(true)] out SipRegistrationInfo? info, [NotNullWhen(false)] out string? error)
    {
        info = null;
        if (!EventXml.TryRead(document, Ns + "reginfo", out var root, out error)) return false;
        if (EventXml.Number(root, "version") is not { } version)
        {
            error = "The reginfo has no version.";
            return false;
        }

        info = new SipRegistrationInfo
        {
            Version = version,
            IsFull = EventXml.Attribute(root, "state") == "full",
            Registrations = [.. root.Elements(Ns + "registration").Select(SipRegistrationInfoEntry.Read)],
        };
        return true;
    }

    /// <summary>The document as a body to send.</summary>
    public SipContent ToContent() =>
        EventXml.Write(
            new XElement(
                Ns + "reginfo",
                new XAttribute("version", Version.ToString(CultureInfo.InvariantCulture)),
                new XAttribute("state", IsFull ? "full" : "partial"),
                Registrations.Select(static registration => registration.Write())),
            MediaType);
}

/// <summary>One address of record in a <see cref="SipRegistrationInfo"/>.</summary>
/// <param name="AddressOfRecord">The address of record, a URI.</param>
/// <param name="Id">What names it in the documents of one subscription.</param>
/// <param name="State">"init", "active" or "terminated".</param>
public sealed record SipRegistrationInfoEntry(string AddressOfRecord, string Id, string State)
{
    /// <summary>The bindings.</summary>
    public IReadOnlyList<SipRegistrationInfoContact> Contacts { get; init; } = [];

    internal static SipRegistrationInfoEntry Read(XElement registration) =>
        new(EventXml.Attribute(registration, "aor") ?? "", EventXml.Attribute(registration, "id") ?? "", EventXml.Attribute(registration, "state") ?? "")
        {
            Contacts = [.. registration.Elements(SipRegistrationInfo.Ns + "contact").Select(SipRegistrationInfoContact.Read)],
        };

    internal XElement Write() =>
        new(
            SipRegistrationInfo.Ns + "registration",
            new XAttribute("aor", EventXml.Clean(AddressOfRecord)),
            new XAttribute("id", EventXml.Clean(Id)),
            new XAttribute("state", EventXml.Clean(State)),
            Contacts.Select(static contact => contact.Write()));
}

/// <summary>One binding in a <see cref="SipRegistrationInfoEntry"/>.</summary>
/// <param name="Id">What names it in the documents of one subscription.</param>
/// <param name="State">"active" or "terminated".</param>
/// <param name="Event">What brought the state about: "registered", "created", "refreshed", "shortened", "expired", "deactivated", "probation", "unregistered" or "rejected".</param>
/// <param name="Uri">The address that is bound.</param>
public sealed record SipRegistrationInfoContact(string Id, string State, string Event, string Uri)
{
    /// <summary>How many seconds the binding has left; null where nothing is said.</summary>
    public uint? Expires { get; init; }

    /// <summary>After how many seconds the user may register again, with the event "probation"; null where nothing is said.</summary>
    public uint? RetryAfter { get; init; }

    /// <summary>The Call-ID that the binding was made with; null where nothing is said.</summary>
    public string? CallId { get; init; }

    /// <summary>The public GRUU of the binding (RFC 5628); null for none.</summary>
    public string? PublicGruu { get; init; }

    internal static SipRegistrationInfoContact Read(XElement contact)
    {
        var gruu = contact.Element(SipRegistrationInfo.Gruu + "pub-gruu");
        return new SipRegistrationInfoContact(
            EventXml.Attribute(contact, "id") ?? "",
            EventXml.Attribute(contact, "state") ?? "",
            EventXml.Attribute(contact, "event") ?? "",
            EventXml.ChildText(contact, SipRegistrationInfo.Ns + "uri") ?? "")
        {
            Expires = EventXml.Number(contact, "expires"),
            RetryAfter = EventXml.Number(contact, "retry-after"),
            CallId = EventXml.Attribute(contact, "callid"),
            PublicGruu = gruu is null ? null : EventXml.Attribute(gruu, "uri"),
        };
    }

    internal XElement Write()
    {
        var ns = SipRegistrationInfo.Ns;
        return new XElement(
            ns + "contact",
            new XAttribute("id", EventXml.Clean(Id)),
            new XAttribute("state", EventXml.Clean(State)),
            new XAttribute("event", EventXml.Clean(Event)),
            EventXml.OptionalAttribute("expires", Expires?.ToString(CultureInfo.InvariantCulture)),
            EventXml.OptionalAttribute("retry-after", RetryAfter?.ToString(CultureInfo.InvariantCulture)),
            EventXml.OptionalAttribute("callid", CallId),
            new XElement(ns + "uri", EventXml.Clean(Uri)),
            PublicGruu is null ? null : new XElement(SipRegistrationInfo.Gruu + "pub-gruu", new XAttribute("uri", EventXml.Clean(PublicGruu))));
    }
}
