using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;
using ModernSip.Messages;

namespace ModernSip.EventPackages;

/// <summary>Which calls somebody is in: the document of the event package "dialog", which drives busy lamps (RFC 4235).</summary>
public sealed record SipDialogInfo
{
    internal static readonly XNamespace Ns = "urn:ietf:params:xml:ns:dialog-info";

    /// <summary>The media type of the document, application/dialog-info+xml.</summary>
    public static SipMediaType MediaType { get; } = SipMediaType.Parse("application/dialog-info+xml");

    /// <summary>Whose calls they are, a URI.</summary>
    public required string Entity { get; init; }

    /// <summary>Counts the documents of one subscription: one that leaves out a number tells that a document is missing (RFC 4235 §4.3).</summary>
    public uint Version { get; init; }

    /// <summary>Whether all calls are listed, or only those that have changed.</summary>
    public bool IsFull { get; init; } = true;

    /// <summary>The calls.</summary>
    public IReadOnlyList<SipDialogInfoEntry> Dialogs { get; init; } = [];

    /// <summary>Reads a document.</summary>
    /// <param name="document">The octets of a body.</param>
    /// <param name="info">What it says; null when it is not valid.</param>
    /// <param name="error">Why it is not valid; null when it is.</param>
    public static bool TryParse(ReadOnlyMemory<byte> document, [NotNullWhen(true)] out SipDialogInfo? info, [NotNullWhen(false)] out string? error)
    {
        info = null;
        if (!EventXml.TryRead(document, Ns + "dialog-info", out var root, out error)) return false;
        if (EventXml.Attribute(root, "entity") is not { Length: > 0 } entity || EventXml.Number(root, "version") is not { } version)
        {
            error = "The dialog-info has no entity or no version.";
            return false;
        }

        info = new SipDialogInfo
        {
            Entity = entity,
            Version = version,
            IsFull = EventXml.Attribute(root, "state") == "full",
            Dialogs = [.. root.Elements(Ns + "dialog").Select(SipDialogInfoEntry.Read)],
        };
        return true;
    }

    /// <summary>The document as a body to send.</summary>
    public SipContent ToContent() =>
        EventXml.Write(
            new XElement(
                Ns + "dialog-info",
                new XAttribute("version", Version.ToString(CultureInfo.InvariantCulture)),
                new XAttribute("state", IsFull ? "full" : "partial"),
                new XAttribute("entity", EventXml.Clean(Entity)),
                Dialogs.Select(static dialog => dialog.Write())),
            MediaType);
}
