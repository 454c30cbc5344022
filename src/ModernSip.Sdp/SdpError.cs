using System.Globalization;

namespace ModernSip.Sdp;

/// <summary>Why a text is not a session description.</summary>
public sealed record SdpError
{
    internal SdpError(int line, string field, string reason)
    {
        Line = line;
        Field = field;
        Reason = reason;
    }

    /// <summary>The number of the line, from 1; 0 where no line is to blame, but the whole.</summary>
    public int Line { get; }

    /// <summary>The line type, such as <c>m=</c>; empty where none is to blame.</summary>
    public string Field { get; }

    /// <summary>What is wrong. A fixed phrase that never repeats the input, so it can be logged or sent.</summary>
    public string Reason { get; }

    /// <summary>Line, field and reason in one sentence.</summary>
    public override string ToString() => (Line, Field) switch
    {
        (0, "") => Reason,
        (0, _) => $"{Field}: {Reason}",
        (_, "") => string.Create(CultureInfo.InvariantCulture, $"Line {Line}: {Reason}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Line {Line}, {Field}: {Reason}"),
    };
}
