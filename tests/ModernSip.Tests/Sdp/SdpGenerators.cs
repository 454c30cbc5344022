using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Tests.Sdp;

/// <summary>Random descriptions: every field, streams of all kinds, and texts broken on purpose.</summary>
internal static class SdpGenerators
{
    private static readonly Gen<string> s_text = Gen.Elements('a', 'Z', '0', ' ', '=', ':', ';', '/', 'é', '€', '\u0001', '\t', '"')
        .NonEmptyListOf().Select(characters => new string([.. characters]));

    private static readonly Gen<string> s_token = Gen.Elements('a', 'Z', '0', '-', '.', '+', '!').NonEmptyListOf()
        .Select(characters => new string([.. characters]));

    private static readonly Gen<string?> s_optionalText = Gen.OneOf(Gen.Constant<string?>(null), s_text.Select(text => (string?)text));

    private static readonly Gen<IPAddress> s_address = Gen.Elements("192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "233.252.0.1", "ff1e::1").Select(IPAddress.Parse);

    private static readonly Gen<TimeSpan> s_time = Gen.Choose(-1_000_000, 1_000_000).Select(seconds => TimeSpan.FromSeconds(seconds));

    private static readonly Gen<SdpConnection> s_connection =
        from address in s_address
        from name in s_token
        from isName in Gen.Elements(true, false)
        from timeToLive in Gen.Choose(0, 255)
        from count in Gen.Choose(1, 3)
        select isName ? new SdpConnection("IN", "IP4", name) : Connect(address, timeToLive, count);

    private static readonly Gen<SdpCodec> s_codec =
        from codec in Gen.Elements(
            SdpCodec.Pcmu, SdpCodec.Pcma, new(9, "G722", 8_000), new(97, "iLBC", 8_000), new(98, "opus", 48_000, 2), new(99, "speex", 16_000), new(31, "H261", 90_000))
        from payloadType in Gen.Choose(96, 127)
        from parameters in s_optionalText
        select codec.PayloadType < 96
            ? codec
            : codec with { Map = codec.Map with { PayloadType = payloadType }, Parameters = parameters?.Trim(' ', '\t') is { Length: > 0 } text ? text : null };

    private static readonly Gen<SdpAttribute> s_attribute = Gen.OneOf(
        s_token.Select(name => new SdpAttribute("x-" + name)),
        from name in s_token from value in s_text select new SdpAttribute("x-" + name, value),
        Gen.Elements(new SdpAttribute("rtcp-mux"), new("mid", "0"), new("setup", "actpass"), new("setup", "passive"), new("ptime", "20")),
        Gen.Elements("sendrecv", "sendonly", "recvonly", "inactive").Select(name => new SdpAttribute(name)));

    private static readonly Gen<SdpMedia> s_media =
        from kind in Gen.Elements("audio", "video")
        from port in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 65_535))
        from count in Gen.Choose(1, 3)
        from protocol in Gen.Elements("RTP/AVP", "RTP/SAVPF")
        from codecs in s_codec.NonEmptyListOf()
        from connections in Gen.OneOf(Gen.Constant<SdpList<SdpConnection>>([]), s_connection.Select(connection => (SdpList<SdpConnection>)[connection]))
        from attributes in s_attribute.ListOf()
        from information in s_optionalText
        let rtp = SdpMedia.CreateRtp(kind, port, [.. codecs.DistinctBy(codec => codec.PayloadType)], protocol)
        select rtp with
        {
            PortCount = count,
            Connections = connections,
            Information = information,
            Attributes = [.. rtp.Attributes, .. attributes],
        };

    private static readonly Gen<SdpTiming> s_timing =
        from start in Gen.Choose(0, int.MaxValue)
        from interval in s_time
        from offsets in s_time.NonEmptyListOf()
        from zones in s_time.ListOf()
        select new SdpTiming((ulong)start, 0)
        {
            Repeats = [new SdpRepeat(interval, interval, [.. offsets])],
            ZoneAdjustments = [.. zones.Select(zone => new SdpZoneAdjustment((ulong)start, zone))],
        };

    public static Gen<SdpSession> Sessions { get; } =
        from address in s_address
        from version in Gen.Choose(0, int.MaxValue)
        from name in s_text
        from information in s_optionalText
        from emails in s_text.ListOf()
        from connection in s_connection
        from bandwidth in Gen.Choose(0, int.MaxValue)
        from timings in s_timing.ListOf()
        from attributes in s_attribute.ListOf()
        from media in s_media.ListOf()
        select new SdpSession(new SdpOrigin(1, (ulong)version, address))
        {
            Name = name,
            Information = information,
            Uri = information,
            Emails = [.. emails],
            Phones = [.. emails],
            Connection = version % 5 == 0 ? null : connection,
            Bandwidths = [new SdpBandwidth("AS", (ulong)bandwidth)],
            Timings = timings.Count == 0 ? [SdpTiming.Permanent] : [.. timings],
            Key = information,
            Attributes = [.. attributes],
            Media = [.. media.Take(20)],
        };

    public static Gen<SdpCapabilities> Capabilities { get; } =
        from media in (
            from kind in Gen.Elements("audio", "video")
            from port in Gen.Choose(1, 65_535)
            from codecs in s_codec.ListOf()
            from direction in Gen.Elements(SdpDirection.SendReceive, SdpDirection.SendOnly, SdpDirection.ReceiveOnly, SdpDirection.Inactive)
            from mux in Gen.Elements(true, false)
            select new SdpMediaCapability(kind, port, [.. codecs])
            {
                Direction = direction,
                RtcpMux = mux,
                Protocols = ["RTP/AVP", "RTP/SAVPF"],
            }).ListOf()
        from preference in Gen.Elements(SdpPreference.Offerer, SdpPreference.Answerer)
        from single in Gen.Elements(true, false)
        select new SdpCapabilities(new SdpOrigin(5, 1, IPAddress.Loopback), new SdpConnection(IPAddress.Loopback), [.. media])
        {
            Preference = preference,
            SingleCodec = single,
        };

    /// <summary>A legal text with a few octets replaced, doubled or left out.</summary>
    public static Gen<byte[]> MangledTexts { get; } =
        from session in Sessions
        from edits in (
            from position in Gen.Choose(0, 10_000)
            from kind in Gen.Choose(0, 2)
            from octet in Gen.Elements("\r\n\0 =:/-0aémtrzc"u8.ToArray())
            select (position, kind, octet)).ListOf()
        select Mangle(session.ToUtf8Bytes(), edits.Take(2));

    private static SdpConnection Connect(IPAddress address, int timeToLive, int count)
    {
        var connection = new SdpConnection(address);
        if (!connection.IsMulticast) return connection;
        return connection.AddressType == "IP4"
            ? connection with { TimeToLive = timeToLive, AddressCount = count }
            : connection with { AddressCount = count };
    }

    private static byte[] Mangle(byte[] octets, IEnumerable<(int Position, int Kind, byte Octet)> edits)
    {
        var list = octets.ToList();
        foreach (var (position, kind, octet) in edits)
        {
            var at = position % list.Count;
            if (kind == 0) list[at] = octet;
            else if (kind == 1) list.Insert(at, octet);
            else list.RemoveAt(at);
        }

        return [.. list];
    }
}
