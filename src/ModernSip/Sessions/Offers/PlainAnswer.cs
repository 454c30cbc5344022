using System.Buffers;
using System.Buffers.Text;

namespace ModernSip.Sessions.Offers;

/// <summary>Sees without reading the descriptions whether an answer is legal beyond doubt: nearly every call has such a one, and reading both costs more than the call.</summary>
/// <remarks>
/// It knows one form only: session lines in their order, audio or video streams over RTP/AVP, all accepted, payload types of the offer with the same
/// meaning, no attribute that bears on legality. Whatever is not of this form is left to the rules of RFC 3264, which would find it legal too or not.
/// </remarks>
internal static class PlainAnswer
{
    private const int MostFormats = 128;

    private static readonly SearchValues<byte> AddressOctets = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> NameOctets = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8);

    public static bool IsLegal(ReadOnlySpan<byte> offer, ReadOnlySpan<byte> answer)
    {
        if (!SkipSession(ref offer) || !SkipSession(ref answer) || answer.IsEmpty) return false;
        while (!answer.IsEmpty)
        {
            if (!TakeStream(ref offer, out var offered) || !TakeStream(ref answer, out var answered) || !IsLegalStream(offered, answered)) return false;
        }

        return offer.IsEmpty;
    }

    /// <summary>v, o, s, c, t: each once, and of the usual form.</summary>
    private static bool SkipSession(scoped ref ReadOnlySpan<byte> text) =>
        TakeLine(ref text, "v="u8, out var version) && version.SequenceEqual("0"u8)
        && TakeLine(ref text, "o="u8, out var origin) && IsOrigin(origin)
        && TakeLine(ref text, "s="u8, out var subject) && IsText(subject)
        && TakeLine(ref text, "c="u8, out var connection) && IsConnection(connection)
        && TakeLine(ref text, "t="u8, out var times) && times.SequenceEqual("0 0"u8);

    private static bool IsOrigin(ReadOnlySpan<byte> origin)
    {
        var rest = origin;
        return IsText(TakeWord(ref rest)) && IsNumber(TakeWord(ref rest), uint.MaxValue) && IsNumber(TakeWord(ref rest), uint.MaxValue) && IsConnection(rest);
    }

    /// <summary>An IPv4 address of one host.</summary>
    private static bool IsConnection(ReadOnlySpan<byte> connection)
    {
        if (!connection.StartsWith("IN IP4 "u8)) return false;
        var address = connection["IN IP4 ".Length..];
        if (address.IsEmpty || address.IndexOfAnyExcept(AddressOctets) >= 0) return false;
        for (var part = 0; part < 4; part++)
        {
            var end = part == 3 ? address.Length : address.IndexOf((byte)'.');
            if (end <= 0 || !IsNumber(address[..end], part == 0 ? 223u : 255u)) return false;
            address = part == 3 ? default : address[(end + 1)..];
        }

        return true;
    }

    private static bool TakeStream(scoped ref ReadOnlySpan<byte> text, out Stream stream)
    {
        stream = default;
        if (!TakeLine(ref text, "m="u8, out var media)) return false;
        var rest = media;
        stream.Kind = TakeWord(ref rest);
        var isKnown = stream.Kind.SequenceEqual("audio"u8) || stream.Kind.SequenceEqual("video"u8);
        var port = TakeWord(ref rest);
        if (!isKnown || !IsNumber(port, 65_535) || port[0] == '0' || !TakeWord(ref rest).SequenceEqual("RTP/AVP"u8) || rest.IsEmpty) return false;
        stream.Formats = rest;
        var attributes = text;
        while (TakeLine(ref text, "a="u8, out var attribute))
        {
            if (!IsHarmless(attribute)) return false;
        }

        stream.Attributes = attributes[..^text.Length];
        return text.IsEmpty || text.StartsWith("m="u8);
    }

    /// <summary>What an attribute says of formats is compared below; these and the default direction are all that may be there.</summary>
    private static bool IsHarmless(ReadOnlySpan<byte> attribute) =>
        attribute.SequenceEqual("sendrecv"u8)
        || (attribute.StartsWith("ptime:"u8) && IsNumber(attribute["ptime:".Length..], 1_000))
        || (attribute.StartsWith("rtpmap:"u8) && IsMap(attribute["rtpmap:".Length..]));

    private static bool IsMap(ReadOnlySpan<byte> map)
    {
        var rest = map;
        if (!IsNumber(TakeWord(ref rest), 127)) return false;
        var slash = rest.IndexOf((byte)'/');
        return slash > 0 && rest[..slash].IndexOfAnyExcept(NameOctets) < 0 && IsNumber(rest[(slash + 1)..], 1_000_000);
    }

    private static bool IsLegalStream(Stream offered, Stream answered)
    {
        if (!offered.Kind.SequenceEqual(answered.Kind)) return false;
        Span<bool> seen = stackalloc bool[MostFormats];
        for (var rest = answered.Formats; !rest.IsEmpty;)
        {
            var format = TakeWord(ref rest);
            if (!IsNumber(format, MostFormats - 1) || !Utf8Parser.TryParse(format, out int type, out _) || seen[type]) return false;
            seen[type] = true;
            if (!HasWord(offered.Formats, format)) return false;
            var map = MapOf(answered.Attributes, format);
            if (!map.SequenceEqual(MapOf(offered.Attributes, format)) || (map.IsEmpty && type is not (0 or 3 or 8))) return false; // PCMU, GSM and PCMA need none
        }

        return MapsAreOf(answered.Attributes, answered.Formats) && MapsAreOf(offered.Attributes, offered.Formats);
    }

    /// <summary>Each payload type is explained once at most, and is one of the stream.</summary>
    private static bool MapsAreOf(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> formats)
    {
        Span<bool> seen = stackalloc bool[MostFormats];
        while (TakeLine(ref attributes, "a="u8, out var attribute))
        {
            if (!attribute.StartsWith("rtpmap:"u8)) continue;
            var rest = attribute["rtpmap:".Length..];
            var format = TakeWord(ref rest);
            if (!HasWord(formats, format) || !Utf8Parser.TryParse(format, out int type, out _) || seen[type]) return false;
            seen[type] = true;
        }

        return true;
    }

    private static ReadOnlySpan<byte> MapOf(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> format)
    {
        while (TakeLine(ref attributes, "a="u8, out var attribute))
        {
            if (!attribute.StartsWith("rtpmap:"u8)) continue;
            var rest = attribute["rtpmap:".Length..];
            if (TakeWord(ref rest).SequenceEqual(format)) return rest;
        }

        return default;
    }

    private static bool HasWord(ReadOnlySpan<byte> words, ReadOnlySpan<byte> word)
    {
        while (!words.IsEmpty)
        {
            if (TakeWord(ref words).SequenceEqual(word)) return true;
        }

        return false;
    }

    /// <summary>Takes a line of the given type off, which must end in CR and LF.</summary>
    private static bool TakeLine(scoped ref ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> type, out ReadOnlySpan<byte> value)
    {
        value = default;
        var end = text.IndexOf("\r\n"u8);
        if (end < 0 || !text.StartsWith(type)) return false;
        value = text[type.Length..end];
        text = text[(end + 2)..];
        return true;
    }

    private static ReadOnlySpan<byte> TakeWord(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    private static bool IsText(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    private static bool IsNumber(ReadOnlySpan<byte> text, uint most) =>
        !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && (text.Length == 1 || text[0] != '0')
        && Utf8Parser.TryParse(text, out uint number, out var used) && used == text.Length && number <= most;

    private ref struct Stream
    {
        public ReadOnlySpan<byte> Kind;
        public ReadOnlySpan<byte> Formats;
        public ReadOnlySpan<byte> Attributes;
    }
}
