using System.Globalization;

namespace ModernSip.Sdp.Parsing;

/// <summary>Seconds with an optional unit: <c>7d</c>, <c>-1h</c>, <c>90</c> (RFC 8866 §5.10).</summary>
internal static class TypedTime
{
    private static readonly long s_mostSeconds = (long)TimeSpan.MaxValue.TotalSeconds - 1;

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        if (text.IsEmpty) return false;

        var unit = text[^1] switch { 'd' => 86_400, 'h' => 3_600, 'm' => 60, 's' => 1, _ => 0 };
        var digits = unit == 0 ? text : text[..^1];
        if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return false;
        if (digits[0] == '+') return false;

        unit = Math.Max(unit, 1);
        if (number > s_mostSeconds / unit || number < -s_mostSeconds / unit) return false;
        time = TimeSpan.FromSeconds(number * unit);
        return true;
    }

    public static string Format(TimeSpan time)
    {
        var seconds = time.Ticks / TimeSpan.TicksPerSecond;
        return seconds switch
        {
            0 => "0",
            _ when seconds % 86_400 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400}d"),
            _ when seconds % 3_600 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600}h"),
            _ when seconds % 60 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m"),
            _ => seconds.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>SDP counts whole seconds; a fraction would be lost without a word.</summary>
    public static TimeSpan Whole(TimeSpan value, string name) =>
        value.Ticks % TimeSpan.TicksPerSecond == 0 && Math.Abs(value.Ticks / TimeSpan.TicksPerSecond) <= s_mostSeconds
            ? value
            : throw new ArgumentException("SDP times are whole seconds.", name);
}
