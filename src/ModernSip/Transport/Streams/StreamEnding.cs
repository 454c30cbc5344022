namespace ModernSip.Transport.Streams;

/// <summary>How a connection is brought to its end.</summary>
internal enum EndingManner
{
    /// <summary>What is queued goes out, then the peer is waited for, so that it sees all of it.</summary>
    Linger,

    /// <summary>What is queued goes out; the peer is not waited for.</summary>
    Flush,

    /// <summary>At once: the peer is gone or plays foul.</summary>
    Abort,
}

/// <summary>Why and how a connection ends. The first one stands.</summary>
/// <param name="Error">What the receiver is told; null for an orderly close.</param>
/// <param name="Manner">How.</param>
internal sealed record StreamEnding(Exception? Error, EndingManner Manner);
