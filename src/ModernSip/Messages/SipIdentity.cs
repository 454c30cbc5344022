using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of Identity: a signed PASSporT and where its certificate is (RFC 8224 §4); the quoted signature of RFC 4474 is read too.</summary>
/// <remarks>Immutable. Nothing is verified here.</remarks>
public sealed class SipIdentity : SipHeaderValue
{
    // Both alphabets of base64, and the dots between the parts of a PASSporT.
    private static readonly SearchValues<byte> SignatureOctets =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/="u8);

    private readonly int _signatureLength;

    private SipIdentity(Octets text, int signatureLength)
        : base(text) => _signatureLength = signatureLength;

    /// <summary>The PASSporT, in its compact or full form; of RFC 4474 the signature without its quotes.</summary>
    public string Signature => Grammar.Unquote(Text.Span[.._signatureLength]);

    /// <summary>Where the certificate is; null where the value does not say it, or says no URI.</summary>
    public SipUri? Info => SipUri.TryParse(this["info"]?.Trim('<', '>'), out var uri) ? uri : null;

    /// <summary>The value of a parameter, unquoted, for example alg or ppt; null where it is absent or has none.</summary>
    /// <param name="name">The parameter's name.</param>
    public string? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            var position = _signatureLength;
            while (TryStep(Text.Span, ref position, out var found, out var value))
            {
                if (Grammar.EqualsIgnoreCase(found, name)) return value.IsEmpty ? null : Grammar.Unquote(value);
            }

            return null;
        }
    }

    /// <summary>Reads a value, as a signer made it.</summary>
    /// <param name="text">The value.</param>
    /// <exception cref="FormatException">The text is no value of Identity.</exception>
    public static SipIdentity Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !Grammar.BreaksLine(text) && TryParse(Grammar.Trim(Octets.Of(text)), out var value) ? value : throw new FormatException("The text is no value of Identity.");
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipIdentity? value)
    {
        value = null;
        var span = text.Span;
        var isQuoted = !span.IsEmpty && span[0] == '"';
        var end = isQuoted ? Grammar.EndOfQuoted(span, 0) : span.IndexOfAny((byte)';', (byte)' ', (byte)'\t');
        if (end < 0 && isQuoted) return false;
        if (end < 0) end = span.Length;
        if (end == 0 || (!isQuoted && !IsSignature(span[..end]))) return false;
        var position = end;
        while (TryStep(span, ref position, out _, out _))
        {
            // Each step checks one parameter.
        }

        if (Grammar.SkipWhitespace(span, position) < span.Length) return false;
        value = new SipIdentity(text, end);
        return true;
    }

    private static bool IsSignature(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(SignatureOctets) < 0;

    /// <summary>One parameter; other than elsewhere its value may be a URI in brackets. False at the end, and where there is none.</summary>
    private static bool TryStep(ReadOnlySpan<byte> text, ref int position, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var start = Grammar.SkipWhitespace(text, position);
        if (start >= text.Length || text[start] != ';') return false;
        var rest = text[(start + 1)..];
        var nameLength = rest.IndexOfAny((byte)'=', (byte)';');
        if (nameLength < 0) nameLength = rest.Length;
        name = Grammar.Trim(rest[..nameLength]);
        if (!Grammar.IsToken(name)) return false;
        var end = nameLength;
        if (end < rest.Length && rest[end] == '=')
        {
            var valueStart = Grammar.SkipWhitespace(rest, end + 1);
            end = EndOfValue(rest, valueStart);
            if (end <= valueStart) return false;
            value = Grammar.Trim(rest[valueStart..end]);
        }

        position = start + 1 + end;
        return true;
    }

    private static int EndOfValue(ReadOnlySpan<byte> text, int start)
    {
        if (start >= text.Length) return -1;
        if (text[start] == '"') return Grammar.EndOfQuoted(text, start);
        var length = text[start..].IndexOf(text[start] == '<' ? (byte)'>' : (byte)';');
        if (text[start] == '<') return length < 0 ? -1 : start + length + 1;
        return length < 0 ? text.Length : start + length;
    }
}
