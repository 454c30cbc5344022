using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Sdp.Parsing;

/// <summary>Reads <c>name</c> or <c>name:value</c> (RFC 8866 §5.13).</summary>
internal static class AttributeParser
{
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SdpAttribute? attribute)
    {
        attribute = null;
        var colon = text.IndexOf(':');
        var name = (colon < 0 ? text : text[..colon]).TrimEnd(" \t");
        var value = colon < 0 ? default : text[(colon + 1)..];
        if (!Grammar.IsToken(name) || !Grammar.IsText(value)) return false;
        attribute = new SdpAttribute(name.ToString(), colon < 0 ? null : value.ToString());
        return true;
    }
}
