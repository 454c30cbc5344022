namespace ModernSip.Sdp.Parsing;

/// <summary>Collects a <c>t=</c> line with the <c>r=</c> and <c>z=</c> lines that follow it (RFC 8866 §5.9 to §5.11).</summary>
internal sealed class TimingBuilder
{
    private readonly SdpTiming _line;
    private readonly List<SdpRepeat> _repeats = [];
    private readonly List<SdpZoneAdjustment> _adjustments = [];

    private TimingBuilder(SdpTiming line) => _line = line;

    public static string? TryRead(ReadOnlySpan<char> value, out TimingBuilder? builder)
    {
        builder = null;
        var fields = new Fields(value);
        if (!fields.TryNextNumber(out var start) || !fields.TryNextNumber(out var stop) || !fields.AtEnd) return "Start and stop must be numbers.";
        builder = new TimingBuilder(new SdpTiming(start, stop));
        return null;
    }

    public string? ReadRepeat(ReadOnlySpan<char> value)
    {
        var fields = new Fields(value);
        var times = new List<TimeSpan>();
        while (fields.TryNext(out var field))
        {
            if (!TypedTime.TryParse(field, out var time)) return "A time is malformed or too large.";
            times.Add(time);
        }

        if (times.Count < 3) return "A repetition needs interval, duration and offset.";
        _repeats.Add(new SdpRepeat(times[0], times[1], [.. times[2..]]));
        return null;
    }

    public string? ReadZone(ReadOnlySpan<char> value)
    {
        if (_adjustments.Count > 0) return "The line stands twice.";
        var fields = new Fields(value);
        while (!fields.AtEnd)
        {
            if (!fields.TryNextNumber(out var time) || !fields.TryNext(out var field) || !TypedTime.TryParse(field, out var offset))
            {
                return "Adjustments are pairs of a time and an offset.";
            }

            _adjustments.Add(new SdpZoneAdjustment(time, offset));
        }

        return null;
    }

    public SdpTiming Build() => _line with { Repeats = [.. _repeats], ZoneAdjustments = [.. _adjustments] };
}
