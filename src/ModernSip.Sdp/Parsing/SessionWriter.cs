using System.Buffers;
using System.Text;

namespace ModernSip.Sdp.Parsing;

/// <summary>Writes the lines in the order of RFC 8866 §9.</summary>
internal static class SessionWriter
{
    public static void Write(SdpSession session, IBufferWriter<byte> destination)
    {
        Line(destination, 'v', "0");
        Line(destination, 'o', session.Origin.ToString());
        Line(destination, 's', session.Name);
        Optional(destination, 'i', session.Information);
        Optional(destination, 'u', session.Uri);
        foreach (var email in session.Emails) Line(destination, 'e', email);
        foreach (var phone in session.Phones) Line(destination, 'p', phone);
        Optional(destination, 'c', session.Connection?.ToString());
        foreach (var bandwidth in session.Bandwidths) Line(destination, 'b', bandwidth.ToString());
        foreach (var timing in session.Timings) Write(timing, destination);
        Optional(destination, 'k', session.Key);
        foreach (var attribute in session.Attributes) Line(destination, 'a', attribute.ToString());
        foreach (var media in session.Media) Write(media, destination);
    }

    private static void Write(SdpTiming timing, IBufferWriter<byte> destination)
    {
        Line(destination, 't', timing.ToString());
        foreach (var repeat in timing.Repeats) Line(destination, 'r', repeat.ToString());
        if (timing.ZoneAdjustments.Count > 0) Line(destination, 'z', timing.ZoneAdjustments.ToString());
    }

    private static void Write(SdpMedia media, IBufferWriter<byte> destination)
    {
        Line(destination, 'm', media.ToString());
        Optional(destination, 'i', media.Information);
        foreach (var connection in media.Connections) Line(destination, 'c', connection.ToString());
        foreach (var bandwidth in media.Bandwidths) Line(destination, 'b', bandwidth.ToString());
        Optional(destination, 'k', media.Key);
        foreach (var attribute in media.Attributes) Line(destination, 'a', attribute.ToString());
    }

    private static void Optional(IBufferWriter<byte> destination, char type, string? value)
    {
        if (value is not null) Line(destination, type, value);
    }

    private static void Line(IBufferWriter<byte> destination, char type, string value)
    {
        // The last line of defence: the types refuse such values when they are set.
        if (!Grammar.IsText(value)) throw new InvalidOperationException($"The {type}= line holds CR, LF or NUL.");

        var octets = destination.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length) + 4);
        octets[0] = (byte)type;
        octets[1] = (byte)'=';
        var length = 2 + Encoding.UTF8.GetBytes(value, octets[2..]);
        octets[length++] = (byte)'\r';
        octets[length++] = (byte)'\n';
        destination.Advance(length);
    }
}
