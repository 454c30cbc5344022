using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>Says where a message ends. The only place that does: a framer and a parser that disagree let a peer smuggle messages.</summary>
/// <remarks>
/// RFC 3261 §7.5, §18.3. A header section ends at the first empty line, and every line in it ends in CRLF: a bare CR or LF is refused, since
/// others might take it for a line's end. Linear in the octets given, without allocation.
/// </remarks>
internal static class MessageFraming
{
    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Counts the octets of the line breaks before a message (RFC 3261 §7.5).</summary>
    /// <param name="octets">What has arrived and was not consumed.</param>
    /// <param name="halfPing">Whether an unpaired line break came before; set for the next call. The caller clears it when a message starts.</param>
    /// <param name="pings">How many keep-alive pings, two line breaks each, ended in these octets (RFC 5626 §4.4.1). Each is owed one line break.</param>
    /// <returns>How many octets to skip. A CR whose LF has not come is left.</returns>
    public static int SkipLineBreaks(ReadOnlySpan<byte> octets, ref bool halfPing, out int pings)
    {
        var skipped = 0;
        while (octets.Length - skipped >= 2 && octets[skipped] == (byte)'\r' && octets[skipped + 1] == (byte)'\n') skipped += 2;

        var lineBreaks = (skipped / 2) + (halfPing ? 1 : 0);
        pings = lineBreaks / 2;
        halfPing = lineBreaks % 2 == 1;
        return skipped;
    }

    /// <summary>Frames the message at the start of a stream's buffer, where Content-Length must be given (RFC 3261 §18.3).</summary>
    /// <param name="octets">All octets of the message that have arrived; at each call those of the last one and more.</param>
    /// <param name="limits">What is refused before it is buffered.</param>
    /// <param name="progress">Where the last call on this message stopped; default for a new message.</param>
    public static FramingResult Frame(ReadOnlySpan<byte> octets, SipMessageLimits limits, ref FramingProgress progress)
    {
        if (progress.HeaderLength == 0)
        {
            var refusal = ScanHeaderSection(octets, limits, ref progress);
            if (progress.HeaderLength == 0) return refusal;
        }

        var header = progress.HeaderLength;
        if (progress.ContentLength is not { } body) return FramingResult.Malformed(FramingReasons.ContentLengthMissing, header);
        if (body > limits.MaxMessageSize - header) return FramingResult.TooLarge(FramingReasons.MessageTooLarge, header);
        return octets.Length - header >= body ? FramingResult.Complete(header, body) : FramingResult.NeedMore(header, body);
    }

    /// <summary>Whether a message can begin with this octet: the first of a method or of the version is a token character (RFC 3261 §7.1, §7.2, §25.1).</summary>
    public static bool CanBeginMessage(byte octet) =>
        char.IsAsciiLetterOrDigit((char)octet) || "-.!%*_+`'~"u8.Contains(octet);

    private static FramingResult ScanHeaderSection(ReadOnlySpan<byte> octets, SipMessageLimits limits, ref FramingProgress progress)
    {
        var window = octets[..Math.Min(octets.Length, limits.MaxHeaderSectionSize)];
        if (window.Length > 0 && !CanBeginMessage(window[0])) return FramingResult.Malformed(FramingReasons.NotSip);

        while (window[progress.Scanned..].IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var found)
        {
            var lineEnd = progress.Scanned + found;
            progress.Scanned = lineEnd;
            if (window[lineEnd] == (byte)'\n') return FramingResult.Malformed(FramingReasons.BareLineFeed);
            if (lineEnd + 1 == window.Length) return More(octets, limits);
            if (window[lineEnd + 1] != (byte)'\n') return FramingResult.Malformed(FramingReasons.BareCarriageReturn);

            if (EndLine(window, lineEnd, ref progress) is { } reason) return FramingResult.Malformed(reason);
            if (progress.HeaderLength > 0) return default;
        }

        progress.Scanned = window.Length;
        return More(octets, limits);
    }

    private static FramingResult More(ReadOnlySpan<byte> octets, SipMessageLimits limits) =>
        octets.Length < limits.MaxHeaderSectionSize ? FramingResult.NeedMore(0, 0) : FramingResult.TooLarge(FramingReasons.HeaderTooLarge);

    private static string? EndLine(ReadOnlySpan<byte> octets, int lineEnd, ref FramingProgress progress)
    {
        var start = progress.LineStart;
        var line = octets[start..lineEnd];
        progress.Scanned = progress.LineStart = lineEnd + 2;

        if (start == 0) return ContainsVersion(line) ? null : FramingReasons.NotSip;

        // A line that begins with white space goes on with the field above (RFC 3261 §7.3.1).
        if (line.Length > 0 && line[0] is (byte)' ' or (byte)'\t')
            return progress.FieldStart == 0 ? FramingReasons.FoldBeforeHeader : null;

        var refusal = progress.FieldStart == 0 ? null : EndField(octets[progress.FieldStart..(start - 2)], ref progress);
        if (line.Length > 0) progress.FieldStart = start;
        else if (refusal is null) progress.HeaderLength = lineEnd + 2;
        return refusal;
    }

    private static string? EndField(ReadOnlySpan<byte> field, ref FramingProgress progress)
    {
        if ((field[0] | 0x20) is not ((byte)'c' or (byte)'l')) return null;
        var colon = field.IndexOf((byte)':');
        if (colon < 0) return null;

        // White space may stand before the colon, and the value may be folded (RFC 3261 §7.3.1).
        var name = field[..colon].TrimEnd(WhiteSpace);
        if (!Ascii.EqualsIgnoreCase(name, "Content-Length"u8) && !Ascii.EqualsIgnoreCase(name, "l"u8)) return null;

        if (!TryReadNumber(field[(colon + 1)..].Trim(WhiteSpace), out var value)) return FramingReasons.ContentLengthInvalid;
        if (progress.ContentLength is { } other && other != value) return FramingReasons.ContentLengthConflict;
        progress.ContentLength = value;
        return null;
    }

    // Saturates: what does not fit is far over every limit, and must not wrap into something under it.
    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out int value)
    {
        var sum = 0L;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                value = 0;
                return false;
            }

            sum = Math.Min((sum * 10) + (digit - '0'), int.MaxValue);
        }

        value = (int)sum;
        return digits.Length > 0;
    }

    private static bool ContainsVersion(ReadOnlySpan<byte> line)
    {
        // "SIP/" in any case stands at the start of a status line and at the end of a request line; the version itself is the parser's affair.
        while (line.IndexOf((byte)'/') is >= 0 and var slash)
        {
            if (slash >= 3 && Ascii.EqualsIgnoreCase(line[(slash - 3)..slash], "SIP"u8)) return true;
            line = line[(slash + 1)..];
        }

        return false;
    }
}
