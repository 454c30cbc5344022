using ModernSip.Messages.Headers;

namespace ModernSip.Messages.Parsing;

/// <summary>What the parser made of octets. With an error, the message is what could be read of it: enough to answer, not to act upon.</summary>
internal readonly record struct ParsedMessage(SipMessage? Message, SipParseError? Error);

/// <summary>Reads a message: one pass that indexes the lines, then the checks of <see cref="MessageValidator"/>. Time is linear in size.</summary>
internal static class MessageParser
{
    // Stands where a Request-URI could not be read: only an error response is made from such a request.
    private static readonly SipUri Unreadable = SipUri.Parse("sip:invalid.invalid");

    public static ParsedMessage Parse(ReadOnlySpan<byte> octets, SipMessageLimits limits)
    {
        while (octets.Length >= 2 && octets[0] == '\r' && octets[1] == '\n') octets = octets[2..]; // RFC 3261 §7.5
        if (octets.Length > limits.MaxMessageSize) return Failed("message too large", 1, 1, null);
        var end = octets.IndexOf("\r\n\r\n"u8);
        if (end < 0) return Failed("header section has no end", 1, 1, null);
        if (end + 4 > limits.MaxHeaderSectionSize) return Failed("header section too large", 1, 1, null);
        var section = octets[..(end + 2)];
        var startLineEnd = section.IndexOf((byte)'\n') + 1;
        var startLine = section[..startLineEnd];
        if (startLineEnd < 2 || startLine[^2] != '\r' || startLine[..^2].Contains((byte)'\r')) return Failed("start line has no end", 1, 1, null);

        var received = octets.ToArray();
        var fields = new HeaderField[Math.Min(section[startLineEnd..].Count((byte)'\n'), limits.MaxHeaderCount)];
        var problem = IndexFields(section, startLineEnd, limits, fields, out var count);
        var headers = new SipHeaders(received, fields, count);
        var isResponse = BeginsWithVersion(startLine);
        var lengthProblem = FindBody(headers, received, end + 4, out var body);
        if (isResponse)
        {
            return ParseStatusLine(received, startLineEnd - 2, headers, body, out var response) is { } statusProblem
                ? new ParsedMessage(null, statusProblem)
                : new ParsedMessage(response, problem ?? lengthProblem ?? MessageValidator.Check(response!, limits));
        }

        var lineProblem = ParseRequestLine(received, startLineEnd - 2, headers, body, out var request);
        if (request is null) return new ParsedMessage(null, lineProblem);
        var error = lineProblem ?? problem ?? lengthProblem ?? MessageValidator.Check(request, limits);
        if (error is not null) error = error with { SuggestedStatus = request.Method == SipMethod.Ack ? null : error.SuggestedStatus ?? SipStatus.BadRequest };
        return new ParsedMessage(request, error);
    }

    /// <summary>Reads header fields that stand alone, as in a part of a body: lines, each with its line end.</summary>
    public static SipParseError? ParseFields(ReadOnlySpan<byte> section, SipMessageLimits limits, out SipHeaders headers)
    {
        var fields = new HeaderField[Math.Min(section.Count((byte)'\n'), limits.MaxHeaderCount)];
        var problem = IndexFields(section, 0, limits, fields, out var count);
        headers = new SipHeaders(section.ToArray(), fields, count);
        // Lines are counted from the start line, which is not here.
        return problem is null ? null : problem with { Line = problem.Line - 1 };
    }

    /// <summary>Notes where every header field stands; folded lines belong to the field above (RFC 3261 §7.3.1).</summary>
    private static SipParseError? IndexFields(ReadOnlySpan<byte> section, int position, SipMessageLimits limits, HeaderField[] fields, out int count)
    {
        count = 0;
        SipParseError? problem = null;
        var canFold = false;
        for (var line = 2; position < section.Length; line++)
        {
            var length = section[position..].IndexOfAny((byte)'\r', (byte)'\n');
            var end = position + length;
            if (section[end] == '\n' || section[end + 1] != '\n')
            {
                // A lone CR or LF ends a line for some readers and not for others: such a message is refused.
                problem ??= new SipParseError("CR or LF alone in the header section", line, length + 1, null);
                return problem;
            }

            var text = section[position..end];
            if (Grammar.IsWhitespace(text.IsEmpty ? (byte)0 : text[0]))
            {
                // Behind a line that was refused there is nothing to fold: it must not become part of the field above.
                var error = canFold ? Fold(ref fields[count - 1], end + 2, limits, line) : new SipParseError("folded line without a header field above", line, 1, null);
                canFold = error is null;
                problem ??= error;
            }
            else if (count == limits.MaxHeaderCount)
            {
                return problem ?? new SipParseError("too many header fields", line, 1, null);
            }
            else
            {
                var error = IndexField(text, position, limits, line, ref fields[count]);
                canFold = error is null;
                if (canFold) count++;
                problem ??= error;
            }

            position = end + 2;
        }

        return problem;
    }

    private static SipParseError? IndexField(ReadOnlySpan<byte> text, int position, SipMessageLimits limits, int line, ref HeaderField field)
    {
        if (text.Length + 2 > limits.MaxHeaderLength) return new SipParseError("header field too long", line, 1, null);
        var colon = text.IndexOf((byte)':');
        if (colon < 0) return new SipParseError("header field without colon", line, 1, null);
        var name = text[..colon];
        while (!name.IsEmpty && Grammar.IsWhitespace(name[^1])) name = name[..^1]; // RFC 3261 §25.1: HCOLON
        var known = SipHeaderNames.Table.Find(name);
        if (known == 0 && !Grammar.IsToken(name)) return new SipParseError("header name is no token", line, 1, null);
        var valueStart = Grammar.SkipWhitespace(text, colon + 1);
        field.Name = known;
        field.Start = position;
        field.NameLength = (ushort)name.Length;
        field.ValueOffset = (ushort)valueStart;
        field.ValueLength = (ushort)Grammar.Trim(text[valueStart..]).Length;
        field.LineLength = (ushort)(text.Length + 2);
        return null;
    }

    private static SipParseError? Fold(ref HeaderField field, int end, SipMessageLimits limits, int line)
    {
        var length = end - field.Start;
        if (length > limits.MaxHeaderLength) return new SipParseError("header field too long", line, 1, null);
        field.IsFolded = true;
        field.LineLength = (ushort)length;
        field.ValueLength = (ushort)(length - 2 - field.ValueOffset);
        return null;
    }

    /// <summary>The body: as long as Content-Length says, else to the end of the datagram (RFC 3261 §18.3).</summary>
    private static SipParseError? FindBody(SipHeaders headers, byte[] received, int start, out ReadOnlyMemory<byte> body)
    {
        var available = received.Length - start;
        body = received.AsMemory(start);
        var index = headers.Find(SipHeaderNames.ContentLength, 0);
        if (index < 0) return null;
        if (!Grammar.TryParseNumber(headers.ValueText(index).Span, out var length)) return new SipParseError("Content-Length is no number", headers.LineOf(index), 1, null);
        for (var other = headers.Find(SipHeaderNames.ContentLength, index + 1); other >= 0; other = headers.Find(SipHeaderNames.ContentLength, other + 1))
        {
            if (!Grammar.TryParseNumber(headers.ValueText(other).Span, out var again) || again != length) return new SipParseError("Content-Length stands twice", headers.LineOf(other), 1, null);
        }

        if (length > available) return new SipParseError("body shorter than Content-Length", headers.LineOf(index), 1, null);
        body = received.AsMemory(start, (int)length);
        return null;
    }

    private static SipParseError? ParseRequestLine(byte[] received, int length, SipHeaders headers, ReadOnlyMemory<byte> body, out SipRequest? request)
    {
        request = null;
        var line = received.AsSpan(0, length);
        var first = line.IndexOf((byte)' ');
        if (first <= 0 || !SipMethod.TryParse(line[..first], out var method)) return new SipParseError("no request line and no status line", 1, 1, null);
        var end = line.TrimEnd((byte)' ').Length;
        var version = line[..end].LastIndexOf((byte)' ');
        if (version < 0 || !BeginsWithVersion(line[(version + 1)..end])) return new SipParseError("request line without version", 1, length + 1, null);
        request = new SipRequest(method, Unreadable, headers, body);
        if (!Grammar.EqualsIgnoreCase(line[(version + 1)..end], "SIP/2.0"u8)) return new SipParseError("version is not SIP/2.0", 1, version + 2, SipStatus.VersionNotSupported);
        if (end < length) return new SipParseError("blanks behind the version", 1, end + 1, null);
        if (version <= first) return new SipParseError("request line without Request-URI", 1, first + 2, null);
        if (!SipUri.TryParse(new Octets(received, first + 1, version - first - 1), out var uri)) return new SipParseError("Request-URI is no URI", 1, first + 2, null);
        request = new SipRequest(method, uri, headers, body);
        return null;
    }

    private static SipParseError? ParseStatusLine(byte[] received, int length, SipHeaders headers, ReadOnlyMemory<byte> body, out SipResponse? response)
    {
        response = null;
        var line = received.AsSpan(0, length);
        if (line.Length < 11 || !Grammar.EqualsIgnoreCase(line[..8], "SIP/2.0 "u8)) return new SipParseError("version is not SIP/2.0", 1, 1, null);
        if (!Grammar.TryParseNumber(line[8..11], out var code) || code is < 100 or > 699) return new SipParseError("status code is not 100 to 699", 1, 9, null);
        if (line.Length > 11 && line[11] != ' ') return new SipParseError("status code is not 100 to 699", 1, 9, null);
        var phrase = line.Length > 12 ? new Octets(received, 12, length - 12) : new Octets(received, length, 0);
        response = new SipResponse((int)code, phrase, headers, body);
        return null;
    }

    /// <summary>SIP-Version compares without case (RFC 3261 §7.1).</summary>
    private static bool BeginsWithVersion(ReadOnlySpan<byte> text) => text.Length >= 4 && Grammar.EqualsIgnoreCase(text[..4], "SIP/"u8);

    private static ParsedMessage Failed(string reason, int line, int column, SipStatus? status) => new(null, new SipParseError(reason, line, column, status));
}
