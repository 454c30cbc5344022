using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>When a session is active (<c>t=</c>), how it repeats (<c>r=</c>), and how clocks change in between (<c>z=</c>).</summary>
/// <remarks>RFC 8866 §5.9 to §5.11. Times are seconds since 1900, as in NTP; zero leaves an end open.</remarks>
/// <param name="Start">The start in seconds since 1900; 0 for a session that is always active.</param>
/// <param name="Stop">The end in seconds since 1900; 0 for a session without end.</param>
public sealed record SdpTiming(ulong Start, ulong Stop)
{
    /// <summary>Always active, without end: what calls use.</summary>
    public static SdpTiming Permanent { get; } = new(0, 0);

    /// <summary>How the session repeats.</summary>
    public SdpList<SdpRepeat> Repeats { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>How the clock changes between repetitions.</summary>
    public SdpList<SdpZoneAdjustment> ZoneAdjustments { get; init => field = Grammar.NotNull(value); } = [];

    /// <summary>The value of the <c>t=</c> line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start} {Stop}");
}

/// <summary>How a session repeats (<c>r=</c>).</summary>
/// <remarks>RFC 8866 §5.10.</remarks>
public sealed record SdpRepeat
{
    /// <summary>Makes a repetition.</summary>
    /// <param name="interval">From one repetition to the next, in whole seconds.</param>
    /// <param name="activeDuration">How long each lasts, in whole seconds.</param>
    /// <param name="offsets">When each begins, counted from the start of the timing, in whole seconds; at least one.</param>
    /// <exception cref="ArgumentException">A time has a fraction of a second, or there is no offset.</exception>
    public SdpRepeat(TimeSpan interval, TimeSpan activeDuration, SdpList<TimeSpan> offsets)
    {
        Interval = interval;
        ActiveDuration = activeDuration;
        Offsets = offsets;
    }

    /// <summary>From one repetition to the next.</summary>
    public TimeSpan Interval { get; init => field = TypedTime.Whole(value, nameof(value)); }

    /// <summary>How long each lasts.</summary>
    public TimeSpan ActiveDuration { get; init => field = TypedTime.Whole(value, nameof(value)); }

    /// <summary>When each begins, counted from the start of the timing.</summary>
    public SdpList<TimeSpan> Offsets
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0) throw new ArgumentException("A repetition has at least one offset.", nameof(value));
            foreach (var offset in value) TypedTime.Whole(offset, nameof(value));
            field = value;
        }
    }

    /// <summary>The value of the line.</summary>
    public override string ToString() =>
        $"{TypedTime.Format(Interval)} {TypedTime.Format(ActiveDuration)} {string.Join(' ', Offsets.Select(TypedTime.Format))}";
}

/// <summary>One change of the clock, such as the end of summer time (in <c>z=</c>).</summary>
/// <remarks>RFC 8866 §5.11.</remarks>
public sealed record SdpZoneAdjustment
{
    /// <summary>Makes an adjustment.</summary>
    /// <param name="time">When the clock changes, in seconds since 1900.</param>
    /// <param name="offset">By how much, in whole seconds; negative for back.</param>
    /// <exception cref="ArgumentException">The offset has a fraction of a second.</exception>
    public SdpZoneAdjustment(ulong time, TimeSpan offset)
    {
        Time = time;
        Offset = offset;
    }

    /// <summary>When the clock changes, in seconds since 1900.</summary>
    public ulong Time { get; init; }

    /// <summary>By how much.</summary>
    public TimeSpan Offset { get; init => field = TypedTime.Whole(value, nameof(value)); }

    /// <summary>The two fields as they stand in the line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time} {TypedTime.Format(Offset)}");
}
