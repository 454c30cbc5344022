using System.Text;

namespace ModernSip.Messages;

/// <summary>A message body and its media type.</summary>
/// <param name="MediaType">The media type; it becomes Content-Type.</param>
/// <param name="Octets">The body. Not copied: leave it unchanged while the message is in use.</param>
public sealed record SipContent(SipMediaType MediaType, ReadOnlyMemory<byte> Octets)
{
    /// <summary>A session description (application/sdp).</summary>
    /// <param name="description">The text of the description.</param>
    public static SipContent Sdp(string description) => new(SipMediaType.Sdp, Encoding.UTF8.GetBytes(description));

    /// <summary>Plain text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    public static SipContent PlainText(string text) => new(SipMediaType.PlainText, Encoding.UTF8.GetBytes(text));

    /// <summary>The body as text, read as UTF-8.</summary>
    public string GetText() => Encoding.UTF8.GetString(Octets.Span);
}
