using System.Net;
using System.Net.Sockets;
using ModernSip.Messages;

namespace ModernSip.Testing.Server;

/// <summary>The session description that the echo user answers with.</summary>
internal static class EchoDescription
{
    /// <summary>
    /// The offer itself, so that a caller's media comes back to the caller, with the directions turned round (RFC 3264 §6.1); where the INVITE holds no
    /// offer, one stream of audio that nobody listens to.
    /// </summary>
    public static SipContent For(SipContent? offer, IPEndPoint local)
    {
        if (offer is null) return Offer(local.Address);
        if (!offer.MediaType.Equals(SipMediaType.Sdp)) return offer;
        var lines = offer.GetText().Split('\n').Select(static line => line.TrimEnd('\r') switch
        {
            "a=sendonly" => "a=recvonly\r",
            "a=recvonly" => "a=sendonly\r",
            _ => line,
        });
        return SipContent.Sdp(string.Join('\n', lines));
    }

    private static SipContent Offer(IPAddress address)
    {
        var where = $"IN {(address.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4")} {address}";
        return SipContent.Sdp($"v=0\r\no=echo 1 1 {where}\r\ns=-\r\nc={where}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"); // 9: the discard port
    }
}
