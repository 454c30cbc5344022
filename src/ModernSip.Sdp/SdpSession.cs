using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>A session description: who calls, where media goes, which streams there are.</summary>
/// <remarks>
/// RFC 8866. Immutable and compared by value. Whatever is set is checked at once: no value can bring a line break or NUL into
/// the text. Parsing accepts LF as line end, lines in another order than the RFC's, and line types it does not know (they are
/// dropped); writing always follows the RFC.
/// </remarks>
public sealed record SdpSession
{
    /// <summary>Makes a description that is always active and has no streams yet.</summary>
    /// <param name="origin">Who made it, and which version it is.</param>
    public SdpSession(SdpOrigin origin) => Origin = origin;

    /// <summary>The content type of a description in a SIP body.</summary>
    public static string ContentType => "application/sdp";

    /// <summary>Who made the description, and which version it is (<c>o=</c>).</summary>
    public SdpOrigin Origin { get; init => field = Grammar.NotNull(value); }

    /// <summary>The session's name (<c>s=</c>). Default <c>-</c>, which means none.</summary>
    public string Name { get; init => field = Grammar.NonEmptyText(value); } = "-";

    /// <summary>What the session is about (<c>i=</c>), or null.</summary>
    public string? Information { get; init => field = Grammar.OptionalText(value); }

    /// <summary>Where to read more (<c>u=</c>), or null.</summary>
    [SuppressMessage("Design", "CA1056", Justification = "What came is kept as it came; many peers send no valid URI.")]
    public string? Uri { get; init => field = Grammar.OptionalText(value); }

    /// <summary>Mail addresses of those in charge (<c>e=</c>).</summary>
    public SdpList<string> Emails { get; init => field = Lines(value); } = [];

    /// <summary>Telephone numbers of those in charge (<c>p=</c>).</summary>
    public SdpList<string> Phones { get; init => field = Lines(value); } = [];

    /// <summary>Where media is to be sent (<c>c=</c>), for streams that do not say it themselves; or null.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>The bandwidths of the whole session (<c>b=</c>).</summary>
    public SdpList<SdpBandwidth> Bandwidths { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>When the session is active (<c>t=</c>); at least one. Default: always.</summary>
    public SdpList<SdpTiming> Timings
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0) throw new ArgumentException("A session has at least one timing.", nameof(value));
            field = value;
        }
    } = [SdpTiming.Permanent];

    /// <summary>The obsolete key line (<c>k=</c>), or null. It is kept as it came, not used (RFC 8866 §5.12).</summary>
    public string? Key { get; init => field = Grammar.OptionalText(value); }

    /// <summary>The attributes of the whole session (<c>a=</c>).</summary>
    public SdpAttributes Attributes { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>The streams (<c>m=</c>), in order.</summary>
    public SdpList<SdpMedia> Media { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>Whether any stream has a port: an answer without one is what SIP calls not acceptable here.</summary>
    public bool HasActiveMedia => Media.Any(static media => !media.IsRejected);

    /// <summary>Makes the offer of an ordinary call: one audio stream.</summary>
    /// <param name="address">Where audio is to be sent.</param>
    /// <param name="port">The port for it, 1 to 65,535.</param>
    /// <param name="codecs">The codecs, best first; null for PCMU, PCMA and telephone-event.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="sessionId">The number of the session; null for a random one that cannot be guessed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is not between 1 and 65,535.</exception>
    public static SdpSession CreateAudioOffer(
        IPAddress address,
        int port,
        SdpList<SdpCodec>? codecs = null,
        SdpDirection direction = SdpDirection.SendReceive,
        ulong? sessionId = null)
    {
        Grammar.InRange(port, 1, 65_535);
        codecs ??= [SdpCodec.Pcmu, SdpCodec.Pcma, SdpCodec.TelephoneEvent];
        return new SdpSession(new SdpOrigin(sessionId ?? NewSessionId(), 1, address))
        {
            Connection = new SdpConnection(address),
            Media = [SdpMedia.CreateRtp("audio", port, codecs).WithDirection(direction)],
        };
    }

    /// <summary>Reads a description. Never throws on what came.</summary>
    /// <param name="utf8">The description, in UTF-8; malformed octets read as U+FFFD.</param>
    /// <param name="session">The description, where it could be read.</param>
    /// <param name="error">Line, field and reason, where it could not.</param>
    /// <param name="limits">What it may cost; null for <see cref="SdpLimits.Default"/>.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out SdpSession? session,
        [NotNullWhen(false)] out SdpError? error,
        SdpLimits? limits = null) => SessionParser.TryParse(utf8, limits ?? SdpLimits.Default, out session, out error);

    /// <summary>Reads a description. Never throws on what came.</summary>
    /// <param name="text">The description; null is refused like any other text that is none.</param>
    /// <param name="session">The description, where it could be read.</param>
    /// <param name="error">Line, field and reason, where it could not.</param>
    /// <param name="limits">What it may cost; null for <see cref="SdpLimits.Default"/>.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out SdpSession? session,
        [NotNullWhen(false)] out SdpError? error,
        SdpLimits? limits = null) => SessionParser.TryParse(text ?? "", limits ?? SdpLimits.Default, out session, out error);

    /// <summary>Reads a description.</summary>
    /// <param name="text">The description.</param>
    /// <param name="limits">What it may cost; null for <see cref="SdpLimits.Default"/>.</param>
    /// <exception cref="FormatException">The text is not a description; the message says where and why.</exception>
    public static SdpSession Parse(string text, SdpLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var session, out var error, limits) ? session : throw new FormatException(error.ToString());
    }

    /// <summary>Reads a description.</summary>
    /// <param name="utf8">The description, in UTF-8.</param>
    /// <param name="limits">What it may cost; null for <see cref="SdpLimits.Default"/>.</param>
    /// <exception cref="FormatException">The octets are not a description; the message says where and why.</exception>
    public static SdpSession Parse(ReadOnlySpan<byte> utf8, SdpLimits? limits = null) =>
        TryParse(utf8, out var session, out var error, limits) ? session : throw new FormatException(error.ToString());

    /// <summary>The direction of a stream: its own, else the session's, else both ways.</summary>
    /// <param name="media">A stream of this session.</param>
    /// <remarks>RFC 8866 §6.7.</remarks>
    public SdpDirection DirectionOf(SdpMedia media)
    {
        ArgumentNullException.ThrowIfNull(media);
        return media.Attributes.Direction ?? Attributes.Direction ?? SdpDirection.SendReceive;
    }

    /// <summary>The address of a stream: its own, else the session's; null where neither is said.</summary>
    /// <param name="media">A stream of this session.</param>
    public SdpConnection? ConnectionOf(SdpMedia media)
    {
        ArgumentNullException.ThrowIfNull(media);
        return media.Connections.Count > 0 ? media.Connections[0] : Connection;
    }

    /// <summary>The same description as the next version of it, as every change needs (RFC 3264 §8).</summary>
    public SdpSession NextVersion() => this with { Origin = Origin with { SessionVersion = checked(Origin.SessionVersion + 1) } };

    /// <summary>The next version of this description that puts the peer on hold: streams stop receiving.</summary>
    /// <remarks>RFC 3264 §8.4: a stream both ways becomes send-only, a receive-only one inactive.</remarks>
    public SdpSession Hold() => Turn(static direction => direction & SdpDirection.SendOnly);

    /// <summary>The next version of this description that takes the peer off hold: streams receive again.</summary>
    public SdpSession Resume() => Turn(static direction => direction | SdpDirection.ReceiveOnly);

    /// <summary>Writes the description in UTF-8, lines in the RFC's order, each ending in CRLF.</summary>
    /// <param name="destination">Receives the octets.</param>
    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SessionWriter.Write(this, destination);
    }

    /// <summary>The description in UTF-8, ready for a message body.</summary>
    public byte[] ToUtf8Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The description as text, each line ending in CRLF.</summary>
    public override string ToString() => Encoding.UTF8.GetString(ToUtf8Bytes());

    private static ulong NewSessionId()
    {
        // RFC 3264 §5: the number fits in 63 bits.
        Span<byte> octets = stackalloc byte[8];
        RandomNumberGenerator.Fill(octets);
        return BitConverter.ToUInt64(octets) >> 1;
    }

    private static SdpList<string> Lines(SdpList<string> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (var line in value) Grammar.NonEmptyText(line, nameof(value));
        return value;
    }

    private SdpSession Turn(Func<SdpDirection, SdpDirection> turn) => NextVersion() with
    {
        Media = [.. Media.Select(media => media.IsRejected ? media : media.WithDirection(turn(DirectionOf(media))))],
    };
}
