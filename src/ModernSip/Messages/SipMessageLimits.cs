namespace ModernSip.Messages;

/// <summary>What a received message may cost before it is refused. Checked before work is done, so hostile input stays cheap.</summary>
public sealed record SipMessageLimits
{
    /// <summary>The defaults.</summary>
    public static SipMessageLimits Default { get; } = new();

    /// <summary>The largest message in octets, header section and body together. Default 262,144.</summary>
    public int MaxMessageSize { get; init; } = 256 * 1024;

    /// <summary>The largest header section in octets, start line and closing empty line included. Default 65,536.</summary>
    public int MaxHeaderSectionSize { get; init; } = 64 * 1024;

    /// <summary>The longest header field in octets, with its folded lines. Default 16,384; at most 65,535.</summary>
    public int MaxHeaderLength { get; init; } = 16 * 1024;

    /// <summary>The largest number of header fields. Default 256.</summary>
    public int MaxHeaderCount { get; init; } = 256;

    /// <summary>The largest number of Via values. Default 71, one more than the usual Max-Forwards.</summary>
    public int MaxViaCount { get; init; } = 71;
}
