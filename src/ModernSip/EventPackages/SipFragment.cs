using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages;

namespace ModernSip.EventPackages;

/// <summary>The beginning of a SIP message as a body: how the progress of a REFER is told (message/sipfrag, RFC 3420, RFC 3515 §2.4.5).</summary>
/// <param name="Status">The status of the response that the fragment begins with.</param>
/// <param name="ReasonPhrase">Its reason phrase.</param>
public sealed record SipFragment(SipStatus Status, string ReasonPhrase)
{
    /// <summary>The reason phrase.</summary>
    /// <exception cref="ArgumentException">The value holds CR, LF or NUL.</exception>
    public string ReasonPhrase
    {
        get;
        init => field = OneLine(value, nameof(ReasonPhrase));
    } = OneLine(ReasonPhrase, nameof(ReasonPhrase));

    /// <summary>The media type, message/sipfrag.</summary>
    public static SipMediaType MediaType { get; } = SipMediaType.Parse("message/sipfrag;version=2.0");

    /// <summary>Reads the status line that a fragment begins with; what follows it is not looked at.</summary>
    /// <param name="body">The octets of a body.</param>
    /// <param name="fragment">What it says; null when it begins with no status line.</param>
    /// <param name="error">Why it is not valid; null when it is.</param>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out SipFragment? fragment, [NotNullWhen(false)] out string? error)
    {
        fragment = null;
        error = "The fragment does not begin with a status line.";
        var line = body.Span;
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) line = line[..end];
        if (line.Length is < 11 or > 1_024 || !line.StartsWith("SIP/2.0 "u8)) return false;
        if (!System.Buffers.Text.Utf8Parser.TryParse(line[8..11], out int code, out var used) || used != 3 || code is < 100 or > 699) return false;
        if (line.Length > 11 && line[11] != (byte)' ') return false;
        fragment = new SipFragment(code, line.Length > 12 ? Encoding.UTF8.GetString(line[12..]) : "");
        error = null;
        return true;
    }

    /// <summary>The fragment as a body to send: the status line alone.</summary>
    public SipContent ToContent() => new(MediaType, Encoding.UTF8.GetBytes($"SIP/2.0 {Status.Code} {ReasonPhrase}\r\n"));

    private static string OneLine(string text, string name) =>
        text.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? text : throw new ArgumentException("A reason phrase holds no line break.", name);
}
