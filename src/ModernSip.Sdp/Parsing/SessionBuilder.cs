using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Sdp.Parsing;

/// <summary>Collects the lines of the session section, and passes those behind an <c>m=</c> line to its stream.</summary>
/// <remarks>Readers return null, or a fixed phrase that says why the line is refused.</remarks>
internal sealed class SessionBuilder(SdpLimits limits)
{
    private readonly List<string> _emails = [];
    private readonly List<string> _phones = [];
    private readonly List<TimingBuilder> _timings = [];
    private readonly SectionLines _lines = new();
    private readonly List<SdpMedia> _media = [];
    private MediaBuilder? _open;
    private bool _hasVersion;
    private SdpOrigin? _origin;
    private string? _name;
    private string? _uri;

    public string? Read(char type, ReadOnlySpan<char> value)
    {
        if (!_hasVersion) return ReadVersion(type, value);
        if (type == 'm') return Open(value);
        if (_open is not null) return _open.Lines.Read(type, value, isMedia: true);

        return type switch
        {
            'v' => "The line stands twice.",
            'o' => ReadOrigin(value),
            's' => ReadName(value),
            'u' => Once(ref _uri, value),
            'e' => Many(_emails, value),
            'p' => Many(_phones, value),
            't' => ReadTiming(value),
            'r' => ReadRepeat(value),
            'z' => ReadZone(value),
            _ => _lines.Read(type, value, isMedia: false),
        };
    }

    public bool TryBuild([NotNullWhen(true)] out SdpSession? session, [NotNullWhen(false)] out SdpError? error)
    {
        session = null;
        error = null;
        if (!_hasVersion) return Missing("v=", out error);
        if (_origin is null) return Missing("o=", out error);
        if (_name is null) return Missing("s=", out error);
        if (_timings.Count == 0) return Missing("t=", out error);

        Close();
        session = new SdpSession(_origin)
        {
            Name = _name,
            Information = _lines.Information,
            Uri = _uri,
            Emails = [.. _emails],
            Phones = [.. _phones],
            Connection = _lines.Connections is [var connection, ..] ? connection : null,
            Bandwidths = [.. _lines.Bandwidths],
            Timings = [.. _timings.Select(static timing => timing.Build())],
            Key = _lines.Key,
            Attributes = [.. _lines.Attributes],
            Media = [.. _media],
        };
        return true;
    }

    private static bool Missing(string field, out SdpError error)
    {
        error = new SdpError(0, field, "The line is missing.");
        return false;
    }

    private static string? Once(ref string? place, ReadOnlySpan<char> value)
    {
        if (place is not null) return "The line stands twice.";
        if (!value.IsEmpty) place = value.ToString();
        return null;
    }

    private static string? Many(List<string> places, ReadOnlySpan<char> value)
    {
        if (!value.IsEmpty) places.Add(value.ToString());
        return null;
    }

    private string? ReadVersion(char type, ReadOnlySpan<char> value)
    {
        if (type != 'v') return "The first line must be v=0.";
        _hasVersion = true;
        return value.TrimEnd(" \t") is "0" ? null : "Only version 0 is known.";
    }

    private string? ReadOrigin(ReadOnlySpan<char> value)
    {
        if (_origin is not null) return "The line stands twice.";
        var fields = new Fields(value);
        if (!fields.TryNext(out var username) || !Grammar.IsWord(username)) return "The user name is missing or malformed.";
        if (!fields.TryNextNumber(out var id) || !fields.TryNextNumber(out var version)) return "Session id and version must be 64-bit numbers.";
        if (!fields.TryNext(out var network) || !Grammar.IsToken(network)) return "The network type is missing or malformed.";
        if (!fields.TryNext(out var type) || !Grammar.IsToken(type)) return "The address type is missing or malformed.";
        if (!fields.TryNext(out var address) || !Grammar.IsAddress(address) || !fields.AtEnd) return "The address is missing or malformed.";
        _origin = new SdpOrigin(username.ToString(), id, version, network.ToString(), type.ToString(), address.ToString());
        return null;
    }

    private string? ReadName(ReadOnlySpan<char> value)
    {
        if (_name is not null) return "The line stands twice.";

        // The value may not be empty, yet many peers leave it so; one space means the same (RFC 8866 §5.3).
        _name = value.IsEmpty ? " " : value.ToString();
        return null;
    }

    private string? ReadTiming(ReadOnlySpan<char> value)
    {
        var reason = TimingBuilder.TryRead(value, out var timing);
        if (timing is not null) _timings.Add(timing);
        return reason;
    }

    private string? ReadRepeat(ReadOnlySpan<char> value) =>
        _timings.Count == 0 ? "A repetition must follow a t= line." : _timings[^1].ReadRepeat(value);

    private string? ReadZone(ReadOnlySpan<char> value) =>
        _timings.Count == 0 ? "A zone adjustment must follow a t= line." : _timings[^1].ReadZone(value);

    private string? Open(ReadOnlySpan<char> value)
    {
        Close();
        if (_media.Count >= limits.MaxMediaCount) return "There are more streams than allowed.";
        return MediaBuilder.TryRead(value, out _open);
    }

    private void Close()
    {
        if (_open is not null) _media.Add(_open.Build());
        _open = null;
    }
}
