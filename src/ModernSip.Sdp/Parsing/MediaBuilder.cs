namespace ModernSip.Sdp.Parsing;

/// <summary>Collects the lines of one stream.</summary>
internal sealed class MediaBuilder
{
    private readonly SdpMedia _line;

    private MediaBuilder(SdpMedia line) => _line = line;

    public SectionLines Lines { get; } = new();

    /// <summary>Reads the <c>m=</c> line (RFC 8866 §5.14).</summary>
    public static string? TryRead(ReadOnlySpan<char> value, out MediaBuilder? builder)
    {
        builder = null;
        var fields = new Fields(value);
        if (!fields.TryNext(out var kind) || !Grammar.IsToken(kind)) return "The media type is missing or malformed.";
        if (!fields.TryNext(out var ports) || !TryReadPorts(ports, out var port, out var count)) return "The port must be 0 to 65535, its count 1 to 65535.";
        if (!fields.TryNext(out var protocol) || !Grammar.IsProtocol(protocol)) return "The transport is missing or malformed.";

        var formats = new List<string>();
        while (fields.TryNext(out var format))
        {
            if (!Grammar.IsToken(format)) return "A format is malformed.";
            formats.Add(format.ToString());
        }

        // A rejected stream often comes without its formats; nothing hangs on them then, but the grammar needs one.
        if (formats.Count == 0 && port == 0) formats.Add("0");
        if (formats.Count == 0) return "There is no format.";
        builder = new MediaBuilder(new SdpMedia(kind.ToString(), port, protocol.ToString(), [.. formats]) { PortCount = count });
        return null;
    }

    public SdpMedia Build() => _line with
    {
        Information = Lines.Information,
        Connections = [.. Lines.Connections],
        Bandwidths = [.. Lines.Bandwidths],
        Key = Lines.Key,
        Attributes = [.. Lines.Attributes],
    };

    private static bool TryReadPorts(ReadOnlySpan<char> text, out int port, out int count)
    {
        count = 1;
        var slash = text.IndexOf('/');
        return Fields.TryNumber(slash < 0 ? text : text[..slash], 0, 65_535, out port)
            && (slash < 0 || Fields.TryNumber(text[(slash + 1)..], 1, 65_535, out count));
    }
}
