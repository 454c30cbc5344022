using System.Text;

namespace ModernSip.Tests.Transport;

/// <summary>Messages that are right as far as a transport looks.</summary>
internal static class TestMessages
{
    public static byte[] Options(int number, string body = "") => Encoding.Latin1.GetBytes(
        $"OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nCSeq: {number} OPTIONS\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);
}
