using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages;

/// <summary>Messages as text: lines become octets with CRLF, and back.</summary>
internal static class Wire
{
    private static readonly string[] Mandatory =
    [
        "Via: SIP/2.0/UDP client.example.net:5062;branch=z9hG4bKd4c3b2a1",
        "Max-Forwards: 70",
        "From: Ada <sip:ada@example.net>;tag=a7x",
        "To: <sip:bo@example.org>",
        "Call-ID: 5f2c@client.example.net",
        "CSeq: 17 OPTIONS",
    ];

    /// <summary>A valid OPTIONS; a line given replaces the mandatory line of its name, or is added; a bare name takes that line away.</summary>
    public static byte[] Options(params string[] lines) => Request("OPTIONS sip:bo@example.org SIP/2.0", lines);

    public static byte[] Request(string startLine, params string[] lines) => Message(startLine, "", lines);

    public static byte[] Message(string startLine, string body, params string[] lines)
    {
        var given = lines.ToList();
        var text = new StringBuilder(startLine).Append("\r\n");
        foreach (var line in Mandatory)
        {
            var name = NameOf(line);
            var replacements = given.Where(other => string.Equals(NameOf(other), name, StringComparison.OrdinalIgnoreCase)).ToList();
            given.RemoveAll(replacements.Contains);
            foreach (var replacement in replacements.Count == 0 ? [line] : replacements.Where(static other => other.Contains(':', StringComparison.Ordinal)))
            {
                text.Append(replacement).Append("\r\n");
            }
        }

        foreach (var line in given) text.Append(line).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    public static SipMessage Parse(byte[] octets, SipMessageLimits? limits = null)
    {
        SipMessage.TryParse(octets, out var message, out var error, limits).Should().BeTrue("the message is valid, but: {0}", error);
        return message!;
    }

    public static SipRequest ParseRequest(params string[] lines) => (SipRequest)Parse(Options(lines));

    /// <summary>The error of a message that must be refused.</summary>
    public static SipParseError Refuse(byte[] octets, SipMessageLimits? limits = null)
    {
        SipMessage.TryParse(octets, out var message, out var error, limits).Should().BeFalse("the message is not valid");
        message.Should().BeNull();
        error!.Line.Should().BeGreaterThanOrEqualTo(0);
        return error;
    }

    /// <summary>What a server would have to answer with: the request as far as it could be read.</summary>
    public static ParsedMessage Read(byte[] octets) => MessageParser.Parse(octets, SipMessageLimits.Default);

    public static string Text(SipMessage message) => Encoding.UTF8.GetString(message.ToOctets());

    private static string NameOf(string line) => line.Split(':')[0].TrimEnd();
}
