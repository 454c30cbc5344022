using System.Text;

namespace ModernSip.Stack.Routing;

/// <summary>The media lines of a session description, as far as routing looks at them. Pure; what belongs to a session is read by who answers it.</summary>
internal sealed class MediaOffer
{
    /// <summary>Encodings of the static payload types that are in use (RFC 3551 §6).</summary>
    private static readonly Dictionary<string, string> StaticFormats = new(StringComparer.Ordinal)
    {
        ["0"] = "PCMU", ["3"] = "GSM", ["4"] = "G723", ["8"] = "PCMA", ["9"] = "G722", ["13"] = "CN", ["15"] = "G728", ["18"] = "G729",
        ["26"] = "JPEG", ["31"] = "H261", ["32"] = "MPV", ["33"] = "MP2T", ["34"] = "H263",
    };

    private readonly List<(string Media, HashSet<string> Encodings)> _lines;

    private MediaOffer(List<(string Media, HashSet<string> Encodings)> lines) => _lines = lines;

    public bool IsEmpty => _lines.Count == 0;

    /// <summary>Reads the media lines.</summary>
    /// <returns>Null where the octets are no session description.</returns>
    public static MediaOffer? Parse(ReadOnlySpan<byte> octets)
    {
        var lines = new List<(string Media, HashSet<string> Encodings)>();
        var isFirst = true;
        foreach (var range in octets.Split((byte)'\n'))
        {
            var line = octets[range].TrimEnd((byte)'\r');
            if (isFirst && !line.StartsWith("v=0"u8)) return null;
            isFirst = false;
            if (line.StartsWith("m="u8)) lines.Add(MediaLine(Encoding.UTF8.GetString(line[2..])));
            else if (line.StartsWith("a=rtpmap:"u8) && lines.Count > 0) AddMapping(lines[^1].Encodings, Encoding.UTF8.GetString(line[9..]));
        }

        return new MediaOffer(lines);
    }

    /// <summary>Whether some line can be taken by a client that declares media as "audio" or "audio/PCMA"; nothing declared takes all.</summary>
    public bool Fits(IReadOnlyList<string> media)
    {
        if (media.Count == 0) return true;
        foreach (var declared in media)
        {
            var slash = declared.IndexOf('/', StringComparison.Ordinal);
            var (kind, encoding) = slash < 0 ? (declared, null) : (declared[..slash], declared[(slash + 1)..]);
            if (_lines.Exists(line => line.Media.Equals(kind, StringComparison.OrdinalIgnoreCase) && (encoding is null || line.Encodings.Contains(encoding)))) return true;
        }

        return false;
    }

    /// <summary>A session description that tells capabilities alone: every port is 0 (RFC 3264 §9).</summary>
    public static string Describe(IReadOnlyList<string> media)
    {
        var text = new StringBuilder("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n");
        foreach (var kind in media.GroupBy(static declared => declared.Split('/')[0], StringComparer.OrdinalIgnoreCase))
        {
            var formats = kind.Select(static declared => declared.Split('/')).Where(static parts => parts.Length > 1)
                .Select(static parts => StaticFormats.FirstOrDefault(format => format.Value.Equals(parts[1], StringComparison.OrdinalIgnoreCase)).Key).OfType<string>().ToList();
            text.Append("m=").Append(kind.Key).Append(" 0 RTP/AVP ").AppendJoin(' ', formats.Count > 0 ? formats : [kind.Key.Equals("video", StringComparison.OrdinalIgnoreCase) ? "34" : "0"]).Append("\r\n");
        }

        return text.ToString();
    }

    private static (string Media, HashSet<string> Encodings) MediaLine(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var encodings = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var format in words.Skip(3)) encodings.Add(StaticFormats.GetValueOrDefault(format, format)); // other protocols than RTP name the format itself
        return (words.Length > 0 ? words[0] : "", encodings);
    }

    private static void AddMapping(HashSet<string> encodings, string text)
    {
        if (text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0) encodings.Add(text[(space + 1)..].Split('/')[0].Trim());
    }
}
