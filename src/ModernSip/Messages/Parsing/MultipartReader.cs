using System.Buffers;
using System.Text;
using ModernSip.Messages.Headers;

namespace ModernSip.Messages.Parsing;

/// <summary>Takes a multipart body apart, one level of it, in one pass (RFC 2046 §5.1.1). Reads never leave the body.</summary>
internal static class MultipartReader
{
    private const int LongestBoundary = 70;

    private static readonly SearchValues<byte> BoundaryOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+_,-./:=? "u8);

    public static List<SipBodyPart>? Read(SipContent content, int depth, SipMessageLimits limits, out SipParseError? error)
    {
        if (!TryGetDelimiter(content.MediaType, out var delimiter))
        {
            error = Error(content, 0, "multipart without a legal boundary");
            return null;
        }

        var body = content.Octets;
        var parts = new List<SipBodyPart>();
        if (!TryFind(body.Span, delimiter, 0, out _, out var start, out var isLast))
        {
            error = Error(content, 0, "multipart without its boundary");
            return null;
        }

        while (!isLast)
        {
            // The line end before a delimiter belongs to it, and may be the end of the delimiter before: an empty part.
            if (!TryFind(body.Span, delimiter, start - 2, out var end, out var next, out isLast)) error = Error(content, start, "last part has no end");
            else if (parts.Count == limits.MaxPartCount) error = Error(content, start, "too many parts");
            else error = ReadPart(content, start, end, depth, limits, parts);
            if (error is not null) return null;
            start = next;
        }

        error = parts.Count == 0 ? Error(content, 0, "multipart without parts") : null;
        return error is null ? parts : null;
    }

    private static SipParseError? ReadPart(SipContent content, int start, int end, int depth, SipMessageLimits limits, List<SipBodyPart> parts)
    {
        var span = content.Octets.Span;
        var bodyStart = start;
        var headers = new SipHeaders();
        // With no body behind them, the header fields end at the delimiter's own line end.
        var section = span[start..Math.Max(start, end + 2)];
        if (!section.IsEmpty && !section.StartsWith("\r\n"u8))
        {
            var blank = section.IndexOf("\r\n\r\n"u8);
            var length = blank < 0 ? section.Length : blank + 2;
            if (MessageParser.ParseFields(section[..length], limits, out headers) is { } problem)
            {
                return problem with { Line = LineOf(content, start) + problem.Line - 1, SuggestedStatus = SipStatus.BadRequest };
            }

            bodyStart += length;
        }

        bodyStart += 2; // the blank line
        parts.Add(new SipBodyPart(headers, bodyStart < end ? content.Octets[bodyStart..end] : default, depth));
        return null;
    }

    /// <summary>Finds a delimiter line: where its line end before begins (the body's start has none), what follows it, and whether it is the last one.</summary>
    private static bool TryFind(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter, int from, out int before, out int behind, out bool isLast)
    {
        for (var position = from; ; position = behind)
        {
            isLast = false;
            var isAtStart = position == 0 && body.StartsWith(delimiter[2..]);
            var step = isAtStart ? -2 : body[position..].IndexOf(delimiter);
            before = position + step;
            behind = before + delimiter.Length;
            if (step == -1) return false;
            var isClosing = body[behind..].StartsWith("--"u8);
            var lineEnd = Grammar.SkipWhitespace(body, behind + (isClosing ? 2 : 0));
            var isLine = body[lineEnd..].StartsWith("\r\n"u8);
            if (!isLine && !(isClosing && lineEnd == body.Length)) continue; // a longer word that begins alike
            isLast = isClosing;
            behind = isLine ? lineEnd + 2 : lineEnd;
            return true;
        }
    }

    private static bool TryGetDelimiter(SipMediaType type, out byte[] delimiter)
    {
        delimiter = [];
        if (type.Parameters["boundary"] is not { Length: > 0 and <= LongestBoundary } boundary || boundary[^1] == ' ') return false;
        delimiter = Encoding.UTF8.GetBytes("\r\n--" + boundary);
        return delimiter.AsSpan(2).IndexOfAnyExcept(BoundaryOctets) < 0;
    }

    private static SipParseError Error(SipContent content, int position, string reason) => new(reason, LineOf(content, position), 1, SipStatus.BadRequest);

    private static int LineOf(SipContent content, int position) => content.Octets.Span[..position].Count((byte)'\n') + 1;
}
