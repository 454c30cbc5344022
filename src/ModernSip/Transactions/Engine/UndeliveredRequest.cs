using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Transactions.Engine;

/// <summary>What the beginning of a datagram of ours tells about the transaction that sent it.</summary>
internal sealed record UndeliveredRequest(SipMethod Method, byte[] Branch)
{
    /// <summary>Reads the beginning of a request. Our own topmost Via is its first header field (RFC 3261 §18.1.1).</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out UndeliveredRequest? request)
    {
        request = null;
        var end = octets.IndexOf((byte)' ');
        if (end <= 0 || !Grammar.IsToken(octets[..end])) return false; // a response begins with "SIP/2.0"
        var start = octets.IndexOf(";branch="u8);
        if (start < 0) return false;
        var branch = octets[(start + ";branch="u8.Length)..];
        var length = branch.IndexOfAny(";,\r "u8);
        if (length <= 0) return false; // cut off
        request = new UndeliveredRequest(new SipMethod(Encoding.ASCII.GetString(octets[..end])), branch[..length].ToArray());
        return true;
    }
}
