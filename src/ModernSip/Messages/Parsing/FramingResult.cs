namespace ModernSip.Messages.Parsing;

/// <summary>What is known about the message at the start of a buffer.</summary>
internal enum FramingStatus
{
    /// <summary>The message is not whole yet, and nothing is wrong with it so far.</summary>
    NeedMore,

    /// <summary>The message is whole.</summary>
    Complete,

    /// <summary>No message can be cut out of these octets; where the next one starts is unknown.</summary>
    Malformed,

    /// <summary>The message exceeds <see cref="SipMessageLimits"/>.</summary>
    TooLarge,
}

/// <summary>Where a message ends, or why that cannot be said.</summary>
/// <param name="Status">Whether the message is whole.</param>
/// <param name="HeaderLength">Octets of the header section with its closing empty line; 0 while that is unknown.</param>
/// <param name="BodyLength">Octets of the body; 0 while <paramref name="HeaderLength"/> is unknown.</param>
/// <param name="Reason">One of <see cref="FramingReasons"/> when the message was refused.</param>
internal readonly record struct FramingResult(FramingStatus Status, int HeaderLength, int BodyLength, string? Reason)
{
    /// <summary>The length of the whole message.</summary>
    public int Length => HeaderLength + BodyLength;

    public static FramingResult NeedMore(int headerLength, int bodyLength) => new(FramingStatus.NeedMore, headerLength, bodyLength, null);

    public static FramingResult Complete(int headerLength, int bodyLength) => new(FramingStatus.Complete, headerLength, bodyLength, null);

    public static FramingResult Malformed(string reason, int headerLength = 0) => new(FramingStatus.Malformed, headerLength, 0, reason);

    public static FramingResult TooLarge(string reason, int headerLength = 0) => new(FramingStatus.TooLarge, headerLength, 0, reason);
}
