using ModernSip.Sdp;
using static ModernSip.Sessions.Offers.PlainLines;

namespace ModernSip.Sessions.Offers;

/// <summary>One stream of a description, as far as it bears on whether an answer is legal. Made of places in the text.</summary>
/// <param name="maps">Room for what each payload type stands for.</param>
internal ref struct PlainStream(Span<PlainStream.Map> maps)
{
    public const int MostFormats = 128;

    public ReadOnlySpan<byte> Kind;
    public ReadOnlySpan<byte> Protocol;
    public ReadOnlySpan<byte> Formats;
    public ReadOnlySpan<byte> Tag;
    public SdpDirection? Direction;
    public SdpSetup? Setup;
    public bool IsRtp;
    public bool IsRejected;
    public bool HasConnection;
    public bool SharesPort;

    private readonly Span<Map> _maps = maps;
    private ReadOnlySpan<byte> _attributes;

    /// <summary>Takes a stream off: its m= line, one address at most, bandwidths, attributes.</summary>
    /// <returns>How many octets it has; 0 where it is not of the usual form, which everybody reads alike.</returns>
    public int Take(ReadOnlySpan<byte> description)
    {
        this = new PlainStream(_maps);
        _maps.Clear();
        var text = description;
        return TryTake(ref text) ? description.Length - text.Length : 0;
    }

    private bool TryTake(ref ReadOnlySpan<byte> text)
    {
        if (!TakeLine(ref text, "m="u8, out var media)) return false;
        Kind = TakeWord(ref media);
        var port = TakeWord(ref media);
        Protocol = TakeWord(ref media);
        Formats = media;
        IsRtp = Protocol.IndexOf("RTP/"u8) >= 0;
        if (Protocol.IndexOfAnyInRange((byte)'a', (byte)'z') >= 0) return false; // the rules read it without regard to case
        if (!IsName(Kind) || !IsNumber(port, 65_535) || !IsProtocol(Protocol) || Formats.IsEmpty) return false;
        IsRejected = port.SequenceEqual("0"u8);
        for (var rest = Formats; !rest.IsEmpty;)
        {
            var format = TakeWord(ref rest);
            if (IsRtp ? !IsNumber(format, MostFormats - 1) : !IsName(format)) return false;
        }

        if (text.StartsWith("c="u8))
        {
            if (!TakeLine(ref text, "c="u8, out var connection) || !IsConnection(connection)) return false;
            HasConnection = true;
        }

        if (!SkipBandwidths(ref text)) return false;
        _attributes = text;
        while (TakeLine(ref text, "a="u8, out var attribute))
        {
            if (!Note(attribute)) return false;
        }

        return text.IsEmpty || text.StartsWith("m="u8);
    }

    /// <summary>Lines that say how much, and nothing about what is legal.</summary>
    public static bool SkipBandwidths(scoped ref ReadOnlySpan<byte> text)
    {
        while (TakeLine(ref text, "b="u8, out var bandwidth))
        {
            var colon = bandwidth.IndexOf((byte)':');
            if (colon < 0 || !IsName(bandwidth[..colon]) || !IsNumber(bandwidth[(colon + 1)..], uint.MaxValue)) return false;
        }

        return true;
    }

    /// <summary>Whether every payload type of the stream has a meaning.</summary>
    public readonly bool IsExplained()
    {
        for (var rest = Formats; !rest.IsEmpty;)
        {
            if (NameOf(NumberOf(TakeWord(ref rest)), out _).IsEmpty) return false;
        }

        return true;
    }

    /// <summary>Whether both have a format in common, under whatever number.</summary>
    public readonly bool MeetsFormatOf(scoped in PlainStream other)
    {
        for (var rest = Formats; !rest.IsEmpty;)
        {
            var format = TakeWord(ref rest);
            var name = IsRtp ? NameOf(NumberOf(format), out var map) : FormatOf(format, out map);
            for (var others = other.Formats; !others.IsEmpty;)
            {
                var offered = TakeWord(ref others);
                var otherName = IsRtp ? other.NameOf(NumberOf(offered), out var otherMap) : FormatOf(offered, out otherMap);
                if (!name.IsEmpty && map.ClockRate == otherMap.ClockRate && map.Channels == otherMap.Channels && System.Text.Ascii.EqualsIgnoreCase(name, otherName)) return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> FormatOf(ReadOnlySpan<byte> format, out Map map)
    {
        map = default;
        return format;
    }

    private static int NumberOf(ReadOnlySpan<byte> format) => IsNumber(format, MostFormats - 1, out var number) ? (int)number : 0; // it was looked at before

    private static bool IsProtocol(ReadOnlySpan<byte> protocol)
    {
        while (true)
        {
            var slash = protocol.IndexOf((byte)'/');
            if (!IsName(slash < 0 ? protocol : protocol[..slash])) return false;
            if (slash < 0) return true;
            protocol = protocol[(slash + 1)..];
        }
    }

    /// <summary>The name that a payload type stands for; empty where it means nothing, or nothing that is known here.</summary>
    private readonly ReadOnlySpan<byte> NameOf(int payloadType, out Map map)
    {
        map = _maps[payloadType];
        if (map.Length > 0) return _attributes.Slice(map.Start, map.Length);
        map = new Map { ClockRate = 8_000, Channels = 1 };
        return payloadType switch // RFC 3551 §6, as far as it is in use
        {
            0 => "PCMU"u8,
            3 => "GSM"u8,
            8 => "PCMA"u8,
            9 => "G722"u8,
            13 => "CN"u8,
            18 => "G729"u8,
            _ => default,
        };
    }

    private bool Note(ReadOnlySpan<byte> attribute)
    {
        var colon = attribute.IndexOf((byte)':');
        var name = colon < 0 ? attribute : attribute[..colon];
        var value = colon < 0 ? default : attribute[(colon + 1)..];
        if (!IsName(name) || (!value.IsEmpty && !IsText(value))) return false;
        if (name.SequenceEqual("rtpmap"u8)) return NoteMap(value);
        if (name.SequenceEqual("mid"u8)) return TryOnce(ref Tag, value);
        if (name.SequenceEqual("rtcp-mux"u8)) return SharesPort = colon < 0;
        if (name.SequenceEqual("bundle-only"u8)) return false; // what port 0 means then is for the rules
        return TryNoteRole(name, value, colon >= 0, ref Direction, ref Setup);
    }

    /// <summary>Notes a direction or a role in opening connections, of a stream or of the session. Any other attribute does not bear on what is legal.</summary>
    /// <returns>Whether there is one of each at most.</returns>
    public static bool TryNoteRole(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue, ref SdpDirection? direction, ref SdpSetup? setup)
    {
        if (name.SequenceEqual("setup"u8))
        {
            if (setup is not null) return false;
            setup = value.SequenceEqual("actpass"u8) ? SdpSetup.ActivePassive : value.SequenceEqual("active"u8) ? SdpSetup.Active : value.SequenceEqual("passive"u8) ? SdpSetup.Passive : null;
            return setup is not null;
        }

        SdpDirection? said = name.SequenceEqual("sendrecv"u8) ? SdpDirection.SendReceive
            : name.SequenceEqual("sendonly"u8) ? SdpDirection.SendOnly
            : name.SequenceEqual("recvonly"u8) ? SdpDirection.ReceiveOnly
            : name.SequenceEqual("inactive"u8) ? SdpDirection.Inactive
            : null;
        if (said is null) return true;
        if (direction is not null || hasValue) return false;
        direction = said;
        return true;
    }

    private static bool TryOnce(ref ReadOnlySpan<byte> place, ReadOnlySpan<byte> value)
    {
        if (!place.IsEmpty || !IsText(value)) return false;
        place = value;
        return true;
    }

    /// <summary>Each payload type is explained once at most.</summary>
    private readonly bool NoteMap(ReadOnlySpan<byte> value)
    {
        var rest = value;
        if (!IsNumber(TakeWord(ref rest), MostFormats - 1, out var type) || _maps[(int)type].Length > 0) return false;
        var slash = rest.IndexOf((byte)'/');
        if (slash is <= 0 or > byte.MaxValue || !IsName(rest[..slash])) return false;
        var rate = rest[(slash + 1)..];
        var second = rate.IndexOf((byte)'/');
        ulong channels = 1;
        if (second >= 0 && (!IsNumber(rate[(second + 1)..], byte.MaxValue, out channels) || channels == 0)) return false;
        if (!IsNumber(second < 0 ? rate : rate[..second], 1_000_000, out var clockRate) || clockRate == 0) return false;
        if (!_attributes.Overlaps(rest, out var start)) return false;
        _maps[(int)type] = new Map { Start = start, Length = (byte)slash, ClockRate = (int)clockRate, Channels = (byte)channels };
        return true;
    }

    /// <summary>What an rtpmap line says: where its name stands, and its numbers.</summary>
    internal struct Map
    {
        public int Start;
        public int ClockRate;
        public byte Length;
        public byte Channels;
    }
}
