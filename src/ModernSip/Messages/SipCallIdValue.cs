using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A Call-ID with parameters, which together name a dialog: Replaces (RFC 3891), Join (RFC 3911), Target-Dialog (RFC 4538); Session-ID (RFC 7989) has the same shape.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipCallIdValue : SipHeaderValue
{
    private readonly int _idLength;

    /// <summary>Makes a value without parameters.</summary>
    /// <param name="callId">The Call-ID; for Session-ID 32 hexadecimal digits.</param>
    /// <exception cref="ArgumentException">The text is no Call-ID.</exception>
    public SipCallIdValue(string callId)
        : this(Checked(callId))
    {
    }

    private SipCallIdValue(Octets text)
        : base(text) => _idLength = EndOfId(text.Span);

    /// <summary>The Call-ID.</summary>
    public string CallId => Text.Slice(0, _idLength).ToString();

    /// <summary>The to-tag of Replaces and Join: the tag of the one that receives the header field; null where there is none.</summary>
    public string? ToTag => Parameters["to-tag"];

    /// <summary>The from-tag of Replaces and Join; null where there is none.</summary>
    public string? FromTag => Parameters["from-tag"];

    /// <summary>Whether only a dialog that is not yet confirmed may be replaced (RFC 3891 §3).</summary>
    public bool IsEarlyOnly => Parameters.Contains("early-only");

    /// <summary>The parameters.</summary>
    public SipParameters Parameters => ParametersFrom(_idLength);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipCallIdValue WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipCallIdValue(Rewrite(Text.Span, _idLength, name, value, remove: false));
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipCallIdValue? value)
    {
        var span = text.Span;
        var end = EndOfId(span);
        value = Grammar.IsCallId(span[..end]) && AreParameters(span, end) ? new SipCallIdValue(text) : null;
        return value is not null;
    }

    /// <summary>Replaces and Join: each tag exactly once, else it names no dialog (RFC 3891 §3, RFC 3911 §4).</summary>
    internal static bool TryParseDialog(Octets text, [NotNullWhen(true)] out SipCallIdValue? value)
    {
        if (TryParse(text, out value) && HasOnce(text.Span, value._idLength, "to-tag"u8) && HasOnce(text.Span, value._idLength, "from-tag"u8)) return true;
        value = null;
        return false;
    }

    /// <summary>Session-ID: a UUID without hyphens (RFC 7989 §5).</summary>
    internal static bool TryParseSession(Octets text, [NotNullWhen(true)] out SipCallIdValue? value)
    {
        if (TryParse(text, out value) && value._idLength == 32 && Grammar.IsHex(text.Span[..32])) return true;
        value = null;
        return false;
    }

    private static bool HasOnce(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> name)
    {
        var count = 0;
        var scanner = new ParameterScanner(text, start);
        while (scanner.MoveNext())
        {
            if (scanner.NameIs(name) && scanner.HasValue) count++;
        }

        return count == 1;
    }

    private static int EndOfId(ReadOnlySpan<byte> text)
    {
        var semicolon = text.IndexOf((byte)';');
        return Grammar.Trim(semicolon < 0 ? text : text[..semicolon]).Length;
    }

    private static Octets Checked(string callId)
    {
        ArgumentException.ThrowIfNullOrEmpty(callId);
        var text = Octets.Of(callId);
        return Grammar.IsCallId(text.Span) ? text : throw new ArgumentException("The text is no Call-ID.", nameof(callId));
    }
}
