using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A request or a response: a start line, header fields and a body (RFC 3261 §7).</summary>
/// <remarks>Reading is safe from any thread once nobody changes the message any more. The stack sends a copy of what it is given.</remarks>
public abstract class SipMessage
{
    private protected SipMessage(SipHeaders headers, ReadOnlyMemory<byte> body)
    {
        Headers = headers;
        Body = body;
    }

    /// <summary>The header fields.</summary>
    public SipHeaders Headers { get; }

    /// <summary>The body's octets; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; private protected set; }

    /// <summary>The body with its media type; null where there is no body, or no legal Content-Type. Setting it sets both.</summary>
    public SipContent? Content
    {
        get => Body.IsEmpty || Headers.ContentType is not { } type ? null : new SipContent(type, Body);
        set
        {
            Headers.ContentType = value?.MediaType;
            Body = value?.Octets ?? default;
        }
    }

    /// <summary>Reads one message from the octets of a datagram.</summary>
    /// <param name="octets">The octets. They are copied.</param>
    /// <param name="message">The message; null when it is not valid.</param>
    /// <param name="error">Why it is not valid; null when it is.</param>
    /// <param name="limits">What the message may cost; null for the defaults.</param>
    /// <returns>Whether the octets are a valid message.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> octets,
        [NotNullWhen(true)] out SipMessage? message,
        [NotNullWhen(false)] out SipParseError? error,
        SipMessageLimits? limits = null)
    {
        var parsed = MessageParser.Parse(octets, limits ?? SipMessageLimits.Default);
        error = parsed.Error;
        message = error is null ? parsed.Message : null;
        if (message is null) error ??= new SipParseError("no message", 1, 1, null);
        return message is not null;
    }

    /// <summary>Writes the message as it goes onto the wire. Content-Length is always that of the body.</summary>
    /// <param name="destination">Where to write.</param>
    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var length = GetWrittenLength();
        destination.Advance(Write(destination.GetSpan(length)));
    }

    /// <summary>The message as it goes onto the wire.</summary>
    public byte[] ToOctets()
    {
        var octets = new byte[GetWrittenLength()];
        Write(octets);
        return octets;
    }

    /// <summary>The message as text, for people; octets that are no UTF-8 become replacement characters.</summary>
    public sealed override string ToString() => Encoding.UTF8.GetString(ToOctets());

    /// <summary>The octets that the message was read from; null where it was made.</summary>
    internal byte[]? ReceivedOctets => Headers.Received is { Length: > 0 } received ? received : null;

    internal int GetWrittenLength() => GetStartLineLength() + Headers.GetWrittenLength() + MessageWriter.ContentLengthSize(Body.Length) + Body.Length;

    /// <summary>Writes into a span that holds at least <see cref="GetWrittenLength"/> octets.</summary>
    internal int Write(Span<byte> destination)
    {
        var position = WriteStartLine(destination);
        position += Headers.WriteTo(destination[position..]);
        position += MessageWriter.WriteContentLength(destination[position..], Body.Length);
        Body.Span.CopyTo(destination[position..]);
        return position + Body.Length;
    }

    private protected abstract int GetStartLineLength();

    private protected abstract int WriteStartLine(Span<byte> destination);
}
