using System.Text;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A request (RFC 3261 §7.1).</summary>
/// <remarks>
/// For sending, the method, the Request-URI and what the application wants to say are enough: Via, From, To, Call-ID, CSeq, Max-Forwards, Contact and
/// Route are filled in by the stack where they are absent.
/// </remarks>
public sealed class SipRequest : SipMessage
{
    private SipUri _requestUri;

    /// <summary>Makes a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="requestUri">The Request-URI; header parts are left out (RFC 3261 §19.1.5).</param>
    public SipRequest(SipMethod method, SipUri requestUri)
        : this(method, requestUri, new SipHeaders(), default)
    {
        ArgumentNullException.ThrowIfNull(requestUri);
        if (method == default) throw new ArgumentException("A request has a method.", nameof(method));
        _requestUri = requestUri.WithoutHeaders();
    }

    internal SipRequest(SipMethod method, SipUri requestUri, SipHeaders headers, ReadOnlyMemory<byte> body)
        : base(headers, body)
    {
        Method = method;
        _requestUri = requestUri;
    }

    /// <summary>The method.</summary>
    public SipMethod Method { get; }

    /// <summary>The Request-URI.</summary>
    public SipUri RequestUri
    {
        get => _requestUri;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _requestUri = value.WithoutHeaders();
        }
    }

    /// <summary>Makes a MESSAGE with plain text (RFC 3428).</summary>
    /// <param name="to">Whom it is for.</param>
    /// <param name="text">The text.</param>
    public static SipRequest Message(SipUri to, string text) => new(SipMethod.Message, to) { Content = SipContent.PlainText(text) };

    /// <summary>Makes an OPTIONS (RFC 3261 §11).</summary>
    /// <param name="to">Whom to ask.</param>
    public static SipRequest Options(SipUri to) => new(SipMethod.Options, to);

    /// <summary>Makes a response to this request: Via, From, To, Call-ID and CSeq are taken over (RFC 3261 §8.2.6.2).</summary>
    /// <param name="status">The status.</param>
    /// <param name="reasonPhrase">The phrase; null for the usual one.</param>
    /// <exception cref="ArgumentException">The phrase holds CR, LF or NUL.</exception>
    public SipResponse CreateResponse(SipStatus status, string? reasonPhrase = null)
    {
        var response = new SipResponse(status, reasonPhrase, Headers.CountFields(SipHeaderNames.Via) + (Method == SipMethod.Invite ? 8 : 4));
        response.Headers.CopyFrom(Headers, SipHeaderNames.Via);
        response.Headers.CopyFrom(Headers, SipHeaderNames.From);
        response.Headers.CopyFrom(Headers, SipHeaderNames.To);
        response.Headers.CopyFrom(Headers, SipHeaderNames.CallId);
        response.Headers.CopyFrom(Headers, SipHeaderNames.CSeq);
        return response;
    }

    /// <summary>A copy that can be changed without changing this one. The body is shared.</summary>
    internal SipRequest Copy()
    {
        var copy = new SipRequest(Method, _requestUri, new SipHeaders(), Body);
        copy.Headers.CopyAllFrom(Headers);
        return copy;
    }

    private protected override int GetStartLineLength() => Method.Name.Length + _requestUri.Text.Length + " ".Length + " SIP/2.0\r\n".Length;

    private protected override int WriteStartLine(Span<byte> destination)
    {
        var position = Encoding.ASCII.GetBytes(Method.Name, destination);
        destination[position++] = (byte)' ';
        _requestUri.Text.Span.CopyTo(destination[position..]);
        position += _requestUri.Text.Length;
        " SIP/2.0\r\n"u8.CopyTo(destination[position..]);
        return position + " SIP/2.0\r\n".Length;
    }
}
