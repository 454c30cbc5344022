using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A body of several parts, for example a session description and a location (RFC 5621, RFC 2046 §5.1).</summary>
public sealed class SipMultipart
{
    /// <summary>Makes a multipart/mixed body.</summary>
    /// <param name="parts">The parts, at least one.</param>
    /// <exception cref="ArgumentException">There is no part.</exception>
    public SipMultipart(params IEnumerable<SipBodyPart> parts)
        : this(SipMediaType.Parse("multipart/mixed"), parts)
    {
    }

    /// <summary>Makes a multipart body of any kind.</summary>
    /// <param name="mediaType">The media type, for example "multipart/related;type=\"application/sdp\""; its boundary is chosen anew on writing.</param>
    /// <param name="parts">The parts, at least one.</param>
    /// <exception cref="ArgumentException">The media type is not multipart, or there is no part.</exception>
    public SipMultipart(SipMediaType mediaType, params IEnumerable<SipBodyPart> parts)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        ArgumentNullException.ThrowIfNull(parts);
        if (!IsMultipart(mediaType)) throw new ArgumentException($"'{mediaType}' is not multipart.", nameof(mediaType));
        MediaType = mediaType;
        Parts = [.. parts];
        if (Parts.Count == 0) throw new ArgumentException("A multipart body has one part at least.", nameof(parts));
    }

    /// <summary>The media type, for example multipart/mixed.</summary>
    public SipMediaType MediaType { get; }

    /// <summary>The parts, in their order: of multipart/alternative the last is the best (RFC 2046 §5.1.4).</summary>
    public IReadOnlyList<SipBodyPart> Parts { get; }

    /// <summary>Reads a multipart body. Only one level is read: see <see cref="SipBodyPart.TryReadMultipart"/> for parts that are multipart themselves.</summary>
    /// <param name="content">The body; null counts as none.</param>
    /// <param name="multipart">The parts, which share the octets of the body; null when it is not valid.</param>
    /// <param name="error">Why it is not valid, and whether a server answers 400 or 415; null when it is valid. Lines are counted from the start of the body.</param>
    /// <param name="limits">What the body may cost; null for the defaults.</param>
    /// <returns>Whether the body is a valid multipart body.</returns>
    public static bool TryParse(
        SipContent? content,
        [NotNullWhen(true)] out SipMultipart? multipart,
        [NotNullWhen(false)] out SipParseError? error,
        SipMessageLimits? limits = null) =>
        TryParse(content, depth: 1, limits ?? SipMessageLimits.Default, out multipart, out error);

    /// <summary>The first part of a media type; null where there is none.</summary>
    /// <param name="mediaType">The media type; its parameters do not count.</param>
    public SipBodyPart? Find(SipMediaType mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        return Parts.FirstOrDefault(part => mediaType.Equals(part.Content?.MediaType));
    }

    /// <summary>The body as it goes into a message. The boundary follows from the parts and stands in none of them; the same parts give the same octets.</summary>
    public SipContent ToContent()
    {
        var body = MultipartWriter.Write(Parts, out var boundary);
        return new SipContent(MediaType.WithParameter("boundary", boundary), body);
    }

    internal static bool TryParse(SipContent? content, int depth, SipMessageLimits limits, [NotNullWhen(true)] out SipMultipart? multipart, [NotNullWhen(false)] out SipParseError? error)
    {
        multipart = null;
        if (content is null || !IsMultipart(content.MediaType)) error = new SipParseError("body is not multipart", 1, 1, SipStatus.UnsupportedMediaType);
        else if (depth > limits.MaxPartDepth) error = new SipParseError("multipart nested too deep", 1, 1, SipStatus.BadRequest);
        else if (MultipartReader.Read(content, depth, limits, out error) is { } parts) multipart = new SipMultipart(content.MediaType, parts);
        if (multipart is null) error ??= new SipParseError("body is not multipart", 1, 1, SipStatus.BadRequest);
        return multipart is not null;
    }

    private static bool IsMultipart(SipMediaType type) => type.Type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
}
