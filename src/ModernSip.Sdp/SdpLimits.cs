namespace ModernSip.Sdp;

/// <summary>What a received description may cost before it is refused.</summary>
public sealed record SdpLimits
{
    /// <summary>The defaults.</summary>
    public static SdpLimits Default { get; } = new();

    /// <summary>The largest description in octets. Default 65,536.</summary>
    public int MaxSize { get; init; } = 64 * 1024;

    /// <summary>The longest line in characters, without its line end. Default 8,192.</summary>
    public int MaxLineLength { get; init; } = 8 * 1024;

    /// <summary>The largest number of lines. Default 2,000.</summary>
    public int MaxLineCount { get; init; } = 2_000;

    /// <summary>The largest number of streams (<c>m=</c> lines). Default 64.</summary>
    public int MaxMediaCount { get; init; } = 64;
}
