using System.Globalization;
using System.Text;
using ModernSip.Messages;

namespace ModernSip.Sessions.Conduct;

/// <summary>Tones in INFO: the bodies application/dtmf-relay and application/dtmf, as devices have agreed on them without an RFC. Pure.</summary>
internal static class DtmfRelay
{
    private const string Tones = "0123456789*#ABCD";

    public static SipMediaType MediaType { get; } = SipMediaType.Parse("application/dtmf-relay");

    /// <summary>The tone as it is written; null where it is none.</summary>
    public static char? ToneOf(char key) => Tones.Contains(char.ToUpperInvariant(key), StringComparison.Ordinal) ? char.ToUpperInvariant(key) : null;

    public static SipContent Write(char tone, TimeSpan duration) =>
        new(MediaType, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Signal={tone}\r\nDuration={(int)duration.TotalMilliseconds}\r\n")));

    /// <summary>Whether a body is of the two types, whatever is in it.</summary>
    public static bool IsRelay(SipContent content) => MediaType.Equals(content.MediaType) || IsPlain(content);

    /// <summary>Reads a body of the two types; null where it tells no tone.</summary>
    public static SipDtmfReceived? Read(SipContent content)
    {
        if (content.Octets.Length > 256) return null;
        var text = content.GetText();
        if (IsPlain(content)) return Read(text.Trim(), TimeSpan.Zero);
        string? signal = null;
        var duration = TimeSpan.Zero;
        foreach (var line in text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            var (name, value) = (line[..equals].Trim(), line[(equals + 1)..].Trim());
            if (name.Equals("Signal", StringComparison.OrdinalIgnoreCase)) signal = value;
            else if (name.Equals("Duration", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) duration = TimeSpan.FromMilliseconds(milliseconds);
        }

        return signal is null ? null : Read(signal, duration);
    }

    private static bool IsPlain(SipContent content) =>
        content.MediaType.Type.Equals("application/dtmf", StringComparison.OrdinalIgnoreCase);

    /// <summary>Some write 10 and 11 for * and #, as RFC 4733 numbers events.</summary>
    private static SipDtmfReceived? Read(string signal, TimeSpan duration) => signal switch
    {
        [var key] when ToneOf(key) is { } tone => new(tone, duration),
        "10" => new('*', duration),
        "11" => new('#', duration),
        "12" or "13" or "14" or "15" => new((char)('A' + signal[1] - '2'), duration),
        _ => null,
    };
}
