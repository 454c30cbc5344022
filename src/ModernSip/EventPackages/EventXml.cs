using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ModernSip.Messages;

namespace ModernSip.EventPackages;

/// <summary>Reads and writes the XML documents of event packages: no DTD, no entities of the document's own, nothing fetched, bounded in size and depth.</summary>
internal static class EventXml
{
    private const int MostOctets = 1 << 20;
    private const int DeepestNesting = 64;
    private const int MostNodes = 100_000;

    private static readonly XmlWriterSettings Compact = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    /// <summary>Reads a document whose root element has a given name.</summary>
    /// <param name="document">The octets of the body.</param>
    /// <param name="root">The root element's name.</param>
    /// <param name="element">The root element; null when the document is not valid.</param>
    /// <param name="error">Why it is not; null when it is.</param>
    public static bool TryRead(ReadOnlyMemory<byte> document, XName root, [NotNullWhen(true)] out XElement? element, [NotNullWhen(false)] out string? error)
    {
        element = null;
        try
        {
            error = Examine(document);
            if (error is not null) return false;
            using var reader = Open(document);
            var read = XDocument.Load(reader).Root!; // a document without one does not get past the examination
            if (read.Name != root)
            {
                error = $"The root element is '{read.Name.LocalName}' of '{read.Name.NamespaceName}', not '{root.LocalName}' of '{root.NamespaceName}'.";
                return false;
            }

            element = read;
            return true;
        }
        catch (XmlException exception)
        {
            error = $"Line {exception.LineNumber}, column {exception.LinePosition}: not well-formed XML.";
            return false;
        }
    }

    /// <summary>Writes a document.</summary>
    public static SipContent Write(XElement root, SipMediaType mediaType)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, Compact)) root.Save(writer);
        return new SipContent(mediaType, stream.ToArray());
    }

    /// <summary>The text of a child element, without the blanks around it; null where there is none.</summary>
    public static string? ChildText(XElement parent, XName name) => parent.Element(name)?.Value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>An attribute's text; null where there is none.</summary>
    public static string? Attribute(XElement element, XName name) => element.Attribute(name)?.Value.Trim();

    /// <summary>An attribute's number; null where there is none, or none that fits.</summary>
    public static uint? Number(XElement element, XName name) =>
        uint.TryParse(Attribute(element, name), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A child element that is left out where there is nothing to say.</summary>
    public static XElement? Optional(XName name, string? text) => text is null ? null : new XElement(name, Clean(text));

    /// <summary>An attribute that is left out where there is nothing to say.</summary>
    public static XAttribute? OptionalAttribute(XName name, string? text) => text is null ? null : new XAttribute(name, Clean(text));

    /// <summary>Text without the characters that XML cannot hold, which would make the whole document impossible to write.</summary>
    public static string Clean(string text)
    {
        var isClean = true;
        for (var i = 0; i < text.Length && isClean; i++) isClean = IsXml(text, i);
        if (isClean) return text;
        var cleaned = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) cleaned.Append(IsXml(text, i) ? text[i] : '\uFFFD');
        return cleaned.ToString();
    }

    private static bool IsXml(string text, int index) =>
        XmlConvert.IsXmlChar(text[index])
        || (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        || (char.IsLowSurrogate(text[index]) && index > 0 && char.IsHighSurrogate(text[index - 1]));

    /// <summary>Walks through the document once without building anything: what is too large or too deep ends here.</summary>
    private static string? Examine(ReadOnlyMemory<byte> document)
    {
        if (document.Length > MostOctets) return $"The document is larger than {MostOctets} octets.";
        using var reader = Open(document);
        for (var nodes = 0; reader.Read(); nodes++)
        {
            if (reader.Depth > DeepestNesting) return $"The elements are nested deeper than {DeepestNesting}.";
            if (nodes > MostNodes) return $"The document has more than {MostNodes} nodes.";
        }

        return null;
    }

    private static XmlReader Open(ReadOnlyMemory<byte> document) =>
        XmlReader.Create(
            new MemoryStream(document.ToArray(), writable: false),
            new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MostOctets,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
            });
}
