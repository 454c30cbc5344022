using System.Text;
using ModernSip.Messages;

namespace ModernSip.Tests.Messages.Torture;

internal enum Verdict
{
    Accepted,

    /// <summary>Refused, and a server answers with <see cref="TortureCase.Status"/>.</summary>
    Rejected,

    /// <summary>Refused, and nobody is answered.</summary>
    Dropped,
}

/// <summary>A message of our own that makes the point of one section of RFC 4475 or RFC 5118, and what the parser must make of it.</summary>
internal sealed record TortureCase(string Section, Verdict Verdict, int? Status, byte[] Octets, Action<SipMessage> Check)
{
    public static TortureCase Accept(string section, string text, Action<SipRequest> check) =>
        new(section, Verdict.Accepted, null, Wire(text), message => check((SipRequest)message));

    public static TortureCase AcceptResponse(string section, string text, Action<SipResponse> check) =>
        new(section, Verdict.Accepted, null, Wire(text), message => check((SipResponse)message));

    public static TortureCase Reject(string section, string text, int status = 400) =>
        new(section, Verdict.Rejected, status, Wire(text), static _ => { });

    public static TortureCase Drop(string section, string text) =>
        new(section, Verdict.Dropped, null, Wire(text), static _ => { });

    public override string ToString() => Section;

    /// <summary>
    /// The lines of a raw string as a message. The blank line that ends the header section is the first empty one; "␀", "␇", "␡" stand for the control
    /// octets that they show, "{n}" for the length of the body.
    /// </summary>
    private static byte[] Wire(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('␀', '\0').Replace('␇', '\a').Replace('␡', '\u007F');
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var (header, body) = end < 0 ? (text, "") : (text[..end], text[(end + 2)..]);
        body = body.Replace("\n", "\r\n", StringComparison.Ordinal);
        header = header.Replace("\n", "\r\n", StringComparison.Ordinal);
        header = header.Replace("{n}", Encoding.UTF8.GetByteCount(body).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(header + "\r\n\r\n" + body);
    }
}
