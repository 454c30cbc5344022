using System.Globalization;
using System.Text;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A response (RFC 3261 §7.2).</summary>
public sealed class SipResponse : SipMessage
{
    private readonly Octets _reasonPhrase;

    /// <summary>Makes a response without header fields; see <see cref="SipRequest.CreateResponse"/> for one that answers a request.</summary>
    /// <param name="status">The status.</param>
    /// <param name="reasonPhrase">The phrase; null for the usual one.</param>
    /// <exception cref="ArgumentException">The phrase holds CR, LF or NUL.</exception>
    public SipResponse(SipStatus status, string? reasonPhrase = null)
        : this(status, reasonPhrase, capacity: 8)
    {
    }

    /// <summary>A response with room for so many header fields.</summary>
    internal SipResponse(SipStatus status, string? reasonPhrase, int capacity)
        : this(status, reasonPhrase is null ? ReasonPhrases.OctetsOf(status.Code) : Octets.Of(reasonPhrase), new SipHeaders([], new HeaderField[capacity], 0), default)
    {
        if (status == default) throw new ArgumentException("A response has a status.", nameof(status));
        if (reasonPhrase is not null && Grammar.BreaksLine(_reasonPhrase.Span)) throw new ArgumentException("The reason phrase holds CR, LF or NUL.", nameof(reasonPhrase));
    }

    internal SipResponse(SipStatus status, Octets reasonPhrase, SipHeaders headers, ReadOnlyMemory<byte> body)
        : base(headers, body)
    {
        Status = status;
        _reasonPhrase = reasonPhrase;
    }

    /// <summary>The status.</summary>
    public SipStatus Status { get; }

    /// <summary>The status code.</summary>
    public int StatusCode => Status.Code;

    /// <summary>The phrase as received or given.</summary>
    public string ReasonPhrase => _reasonPhrase.ToString();

    /// <summary>100 to 199.</summary>
    public bool IsProvisional => Status.IsProvisional;

    /// <summary>200 to 299.</summary>
    public bool IsSuccess => Status.IsSuccess;

    /// <summary>200 to 699.</summary>
    public bool IsFinal => Status.IsFinal;

    /// <summary>A copy that can be changed without changing this one. The body is shared.</summary>
    internal SipResponse Copy()
    {
        var copy = new SipResponse(Status, _reasonPhrase, new SipHeaders(), Body);
        copy.Headers.CopyAllFrom(Headers);
        return copy;
    }

    private protected override int GetStartLineLength() => "SIP/2.0 200 ".Length + _reasonPhrase.Length + "\r\n".Length;

    private protected override int WriteStartLine(Span<byte> destination)
    {
        "SIP/2.0 "u8.CopyTo(destination);
        StatusCode.TryFormat(destination[8..], out _, default, CultureInfo.InvariantCulture);
        destination[11] = (byte)' ';
        _reasonPhrase.Span.CopyTo(destination[12..]);
        "\r\n"u8.CopyTo(destination[(12 + _reasonPhrase.Length)..]);
        return 14 + _reasonPhrase.Length;
    }
}
