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
        var places = new HeaderPlaces(stackalloc int[HeaderPlaces.Size]);
        var indexed = Index(octets, limits, places);
        if (indexed.Message is not { } message) return indexed;
        var error = indexed.Error ?? MessageValidator.Check(message, places, limits);
        if (error is not null && message is SipRequest request) error = error with { SuggestedStatus = request.Method == SipMethod.Ack ? null : error.SuggestedStatus ?? SipStatus.BadRequest };
        return new ParsedMessage(message, error);
    }

    /// <summary>The first half: reads the start line and notes where everything stands. Of the header fields nothing but Content-Length is looked into.</summary>
    public static ParsedMessage Index(ReadOnlySpan<byte> octets, SipMessageLimits limits, scoped HeaderPlaces places)
    {
        while (octets.Length >= 2 && octets[0] == '\r' && octets[1] == '\n') octets = octets[2..]; // RFC 3261 §7.5
        if (octets.Length > limits.MaxMessageSize) return Failed("message too large", 1, 1, null);
        var end = octets.IndexOf("\r\n\r\n"u8);
        // Where only the empty line is missing, there is enough to answer the request with a refusal.
        var isOpen = end < 0 && octets.EndsWith("\r\n"u8);
        if (isOpen) end = octets.Length - 2;
        else if (end < 0) return Failed("header section has no end", 1, 1, null);
        if (end + 4 > limits.MaxHeaderSectionSize) return Failed("header section too large", 1, 1, null);
        var startLineLength = octets.IndexOfAny((byte)'\r', (byte)'\n');
        if (startLineLength == 0 || !octets[startLineLength..].StartsWith("\r\n"u8)) return Failed("start line has no end", 1, 1, null);

        var received = octets.ToArray();
        var problem = IndexFields(received, startLineLength + 2, end + 2, limits, places, out var headers);
        if (isOpen) problem ??= new SipParseError("header section has no end", received.AsSpan().Count((byte)'\n'), 1, null);
        var lengthProblem = FindBody(headers, places, received, Math.Min(end + 4, received.Length), out var body);
        if (BeginsWithVersion(received))
        {
            return ParseStatusLine(received, startLineLength, headers, body, out var response) is { } statusProblem
                ? new ParsedMessage(null, statusProblem)
                : new ParsedMessage(response, problem ?? lengthProblem);
        }

        var lineProblem = ParseRequestLine(received, startLineLength, headers, body, out var request);
        return new ParsedMessage(request, lineProblem ?? problem ?? lengthProblem);
    }

    /// <summary>Reads header fields that stand alone, as in a part of a body: lines, each with its line end.</summary>
    public static SipParseError? ParseFields(ReadOnlySpan<byte> section, SipMessageLimits limits, out SipHeaders headers)
    {
        headers = new SipHeaders();
        if (section.Length > limits.MaxHeaderSectionSize) return new SipParseError("header section too large", 1, 1, null);
        var problem = IndexFields(section.ToArray(), 0, section.Length, limits, new HeaderPlaces(stackalloc int[HeaderPlaces.Size]), out headers);
        // Lines are counted from the start line, which is not here.
        return problem is null ? null : problem with { Line = problem.Line - 1 };
    }

    /// <summary>Notes where every header field stands; folded lines belong to the field above (RFC 3261 §7.3.1).</summary>
    private static SipParseError? IndexFields(byte[] received, int start, int end, SipMessageLimits limits, scoped HeaderPlaces places, out SipHeaders headers)
    {
        var fields = new HeaderField[Math.Min(received.AsSpan(start, end - start).Count((byte)'\n'), limits.MaxHeaderCount)];
        var count = 0;
        SipParseError? problem = null;
        var canFold = false;
        var lines = new LineScanner(received, start, end);
        for (var line = 2; lines.MoveNext(); line++)
        {
            if (lines.IsBroken)
            {
                problem ??= new SipParseError("CR or LF alone in the header section", line, lines.End - lines.Start + 1, null);
            }
            else if (lines.End > lines.Start && Grammar.IsWhitespace(received[lines.Start]))
            {
                // Behind a line that was refused there is nothing to fold: it must not become part of the field above.
                var error = canFold ? Fold(ref fields[count - 1], lines.Next, limits, line) : new SipParseError("folded line without a header field above", line, 1, null);
                canFold = error is null;
                problem ??= error;
            }
            else if (count == limits.MaxHeaderCount)
            {
                problem ??= new SipParseError("too many header fields", line, 1, null);
                break;
            }
            else
            {
                var error = IndexField(received, lines.Start, lines.Colon, lines.End, limits, line, ref fields[count]);
                canFold = error is null;
                if (canFold) places.Note(fields[count].Name, count++);
                problem ??= error;
            }
        }

        headers = new SipHeaders(received, fields, count);
        return problem ?? headers.CheckParameterCount(limits);
    }

    private static SipParseError? IndexField(byte[] received, int start, int colon, int end, SipMessageLimits limits, int line, ref HeaderField field)
    {
        var length = end + 2 - start;
        if (length > limits.MaxHeaderLength) return new SipParseError("header field too long", line, 1, null);
        if (colon < 0) return new SipParseError("header field without colon", line, 1, null);
        var name = received.AsSpan(start, colon - start);
        while (!name.IsEmpty && Grammar.IsWhitespace(name[^1])) name = name[..^1]; // RFC 3261 §25.1: HCOLON
        var known = SipHeaderNames.Table.Find(name);
        if (known == 0 && !Grammar.IsToken(name)) return new SipParseError("header name is no token", line, 1, null);
        var value = colon + 1;
        while (value < end && Grammar.IsWhitespace(received[value])) value++;
        field.Note(known, start, value - start, length);
        return null;
    }

    private static SipParseError? Fold(ref HeaderField field, int end, SipMessageLimits limits, int line)
    {
        var length = end - field.Start;
        if (length > limits.MaxHeaderLength) return new SipParseError("header field too long", line, 1, null);
        field.Fold(length);
        return null;
    }

    /// <summary>The body: as long as Content-Length says, else to the end of the datagram (RFC 3261 §18.3).</summary>
    private static SipParseError? FindBody(SipHeaders headers, HeaderPlaces places, byte[] received, int start, out ReadOnlyMemory<byte> body)
    {
        var available = received.Length - start;
        body = received.AsMemory(start);
        var index = places.First(SipHeaderNames.ContentLength);
        if (index < 0) return null;
        if (!Grammar.TryParseNumber(headers.ValueText(index).Span, out var length)) return new SipParseError("Content-Length is no number", headers.LineOf(index), 1, null);
        for (var other = places.Second(SipHeaderNames.ContentLength); other >= 0; other = headers.Find(SipHeaderNames.ContentLength, other + 1))
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
        SipParseError? problem = null;
        SipUri? uri = null;
        if (!Grammar.EqualsIgnoreCase(line[(version + 1)..end], "SIP/2.0"u8)) problem = new SipParseError("version is not SIP/2.0", 1, version + 2, SipStatus.VersionNotSupported);
        else if (end < length) problem = new SipParseError("blanks behind the version", 1, end + 1, null);
        else if (version <= first) problem = new SipParseError("request line without Request-URI", 1, first + 2, null);
        else if (!SipUri.TryParse(new Octets(received, first + 1, version - first - 1), out uri)) problem = new SipParseError("Request-URI is no URI", 1, first + 2, null);
        request = new SipRequest(method, uri ?? Unreadable, headers, body);
        return problem;
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
