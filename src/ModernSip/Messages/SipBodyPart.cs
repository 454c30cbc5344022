using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Headers;

namespace ModernSip.Messages;

/// <summary>One part of a multipart body: header fields of its own, and a body (RFC 2046 §5.1).</summary>
public sealed class SipBodyPart
{
    private readonly int _depth;

    /// <summary>Makes a part.</summary>
    /// <param name="content">The body and its media type, which becomes the part's Content-Type.</param>
    public SipBodyPart(SipContent content)
        : this(new SipHeaders(), Octets(content), depth: 0) => Headers.ContentType = content.MediaType;

    internal SipBodyPart(SipHeaders headers, ReadOnlyMemory<byte> body, int depth)
    {
        Headers = headers;
        Body = body;
        _depth = depth;
    }

    /// <summary>The header fields of the part: Content-Type, Content-Disposition, Content-ID and their like.</summary>
    public SipHeaders Headers { get; }

    /// <summary>The part's octets.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The part with its media type; plain text where it names none (RFC 2046 §5.1), null where what it names is none.</summary>
    public SipContent? Content =>
        Headers.ContentType is { } type ? new SipContent(type, Body)
        : Headers.Contains("Content-Type") ? null
        : new SipContent(SipMediaType.PlainText, Body);

    /// <summary>Reads the parts of a part that is itself multipart. Refused beyond a depth, so that no body makes its reader recurse without end.</summary>
    /// <param name="multipart">The parts; null when they cannot be read.</param>
    /// <param name="error">Why they cannot be read; null when they can.</param>
    /// <param name="limits">What the part may cost; null for the defaults.</param>
    /// <returns>Whether this is a valid multipart body.</returns>
    public bool TryReadMultipart(
        [NotNullWhen(true)] out SipMultipart? multipart,
        [NotNullWhen(false)] out SipParseError? error,
        SipMessageLimits? limits = null) =>
        SipMultipart.TryParse(Content, _depth + 1, limits ?? SipMessageLimits.Default, out multipart, out error);

    private static ReadOnlyMemory<byte> Octets(SipContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.Octets;
    }
}
