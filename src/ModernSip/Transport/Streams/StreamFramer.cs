using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Transport.Streams;

/// <summary>What a stream waits for.</summary>
internal enum StreamPhase
{
    /// <summary>Between messages.</summary>
    Idle,

    /// <summary>Inside a header section.</summary>
    Header,

    /// <summary>Inside a body.</summary>
    Body,
}

/// <summary>What <see cref="StreamFramer"/> found next.</summary>
internal enum StreamEvent
{
    /// <summary>Nothing more until more octets arrive.</summary>
    NeedMore,

    /// <summary>The octets handed out are one message.</summary>
    Message,

    /// <summary>Keep-alive pings, each owed a pong.</summary>
    Pings,

    /// <summary>The stream cannot be read any further.</summary>
    Malformed,
}

/// <summary>Cuts the octets of a stream into messages and keep-alives (RFC 3261 §18.3, RFC 5626 §4.4.1). Pure: no stream, no clock.</summary>
internal sealed class StreamFramer(SipMessageLimits limits)
{
    private FramingProgress _progress;
    private bool _inMessage;
    private bool _halfPing;
    private int _needed;

    /// <summary>What the stream waits for after the last <see cref="StreamEvent.NeedMore"/>.</summary>
    public StreamPhase Phase { get; private set; }

    /// <summary>How many octets must be there before <see cref="Next"/> can say anything new.</summary>
    public int Needed => _needed;

    /// <summary>How many pings the last <see cref="StreamEvent.Pings"/> stands for.</summary>
    public int Pings { get; private set; }

    /// <summary>Why the last <see cref="StreamEvent.Malformed"/> is so.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Takes the next thing from the octets that are not consumed yet.</summary>
    /// <param name="octets">Those octets; on success, cut down to the ones that are left.</param>
    /// <param name="message">The message, or what there is of a malformed one, at most its header section.</param>
    public StreamEvent Next(ref ReadOnlySpan<byte> octets, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (!_inMessage && SkipLineBreaks(ref octets)) return StreamEvent.Pings;
        if (octets.IsEmpty || (!_inMessage && octets is [(byte)'\r'])) return Wait(octets.IsEmpty ? StreamPhase.Idle : StreamPhase.Header, octets.Length + 1);

        _inMessage = true;
        _halfPing = false;
        var result = MessageFraming.Frame(octets, limits, ref _progress);
        switch (result.Status)
        {
            case FramingStatus.NeedMore:
                return result.HeaderLength > 0 ? Wait(StreamPhase.Body, result.Length) : Wait(StreamPhase.Header, octets.Length + 1);

            case FramingStatus.Complete:
                message = octets[..result.Length];
                octets = octets[result.Length..];
                _progress = default;
                _inMessage = false;
                return StreamEvent.Message;

            default:
                message = octets[..(result.HeaderLength > 0 ? result.HeaderLength : Math.Min(octets.Length, limits.MaxHeaderSectionSize))];
                Reason = result.Reason ?? "";
                return StreamEvent.Malformed;
        }
    }

    private bool SkipLineBreaks(ref ReadOnlySpan<byte> octets)
    {
        octets = octets[MessageFraming.SkipLineBreaks(octets, ref _halfPing, out var pings)..];
        Pings = pings;
        return pings > 0;
    }

    private StreamEvent Wait(StreamPhase phase, int needed)
    {
        Phase = phase;
        _needed = needed;
        return StreamEvent.NeedMore;
    }
}
