using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using ModernSip.Messages;

namespace ModernSip.EventPackages;

/// <summary>Somebody's presence: the document of the event package "presence" (PIDF, RFC 3863).</summary>
public sealed record SipPresence
{
    internal static readonly XNamespace Pidf = "urn:ietf:params:xml:ns:pidf";

    /// <summary>The media type of the document, application/pidf+xml.</summary>
    public static SipMediaType MediaType { get; } = SipMediaType.Parse("application/pidf+xml");

    /// <summary>Whose presence it is: a pres or sip URI.</summary>
    public required string Entity { get; init; }

    /// <summary>The ways in which they can, or cannot, be reached.</summary>
    public IReadOnlyList<SipPresenceTuple> Tuples { get; init; } = [];

    /// <summary>What they say of themselves, for people to read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Elements of other vocabularies beside the tuples, for example a person's activities (RFC 4479, RFC 4480). Kept as they came.</summary>
    public IReadOnlyList<XElement> Extensions { get; init; } = [];

    /// <summary>Whether one of the tuples is open; null where none says so or not.</summary>
    public bool? IsOpen => Tuples.Any(static tuple => tuple.IsOpen == true) ? true : Tuples.Any(static tuple => tuple.IsOpen == false) ? false : null;

    /// <summary>Reads a document.</summary>
    /// <param name="document">The octets of a body.</param>
    /// <param name="presence">What it says; null when it is not valid.</param>
    /// <param name="error">Why it is not valid; null when it is.</param>
    public static bool TryParse(ReadOnlyMemory<byte> document, [NotNullWhen(true)] out SipPresence? presence, [NotNullWhen(false)] out string? error)
    {
        presence = null;
        if (!EventXml.TryRead(document, Pidf + "presence", out var root, out error)) return false;
        if (EventXml.Attribute(root, "entity") is not { Length: > 0 } entity)
        {
            error = "The presence has no entity.";
            return false;
        }

        presence = new SipPresence
        {
            Entity = entity,
            Tuples = [.. root.Elements(Pidf + "tuple").Select(SipPresenceTuple.Read)],
            Notes = [.. root.Elements(Pidf + "note").Select(static note => note.Value.Trim())],
            Extensions = [.. root.Elements().Where(static element => element.Name.Namespace != Pidf)],
        };
        return true;
    }

    /// <summary>The document as a body to send.</summary>
    public SipContent ToContent() =>
        EventXml.Write(
            new XElement(
                Pidf + "presence",
                new XAttribute("entity", EventXml.Clean(Entity)),
                Tuples.Select(static tuple => tuple.Write()),
                Notes.Select(static note => new XElement(Pidf + "note", EventXml.Clean(note))),
                Extensions),
            MediaType);
}
