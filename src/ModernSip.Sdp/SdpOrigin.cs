using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>Who made the description, which session it is, and which version of it (<c>o=</c>).</summary>
/// <remarks>RFC 8866 §5.2. In offer/answer both numbers fit in 63 bits, and the version grows by one with each change (RFC 3264 §5, §8).</remarks>
public sealed record SdpOrigin
{
    /// <summary>Makes an origin from its six fields.</summary>
    /// <param name="username">The user's login, or <c>-</c>.</param>
    /// <param name="sessionId">A number unique for this user and host.</param>
    /// <param name="sessionVersion">The version of the description.</param>
    /// <param name="networkType">The network, <c>IN</c> for the Internet.</param>
    /// <param name="addressType"><c>IP4</c> or <c>IP6</c>.</param>
    /// <param name="address">The address or host name of the creator.</param>
    /// <exception cref="ArgumentException">A field holds characters that its place in SDP does not allow.</exception>
    public SdpOrigin(string username, ulong sessionId, ulong sessionVersion, string networkType, string addressType, string address)
    {
        Username = username;
        SessionId = sessionId;
        SessionVersion = sessionVersion;
        NetworkType = networkType;
        AddressType = addressType;
        Address = address;
    }

    /// <summary>Makes an origin without a user name at an IP address.</summary>
    /// <param name="sessionId">A number unique for this host.</param>
    /// <param name="sessionVersion">The version of the description.</param>
    /// <param name="address">The address of the creator.</param>
    public SdpOrigin(ulong sessionId, ulong sessionVersion, IPAddress address)
        : this("-", sessionId, sessionVersion, "IN", TypeOf(address), SdpConnection.Format(address))
    {
    }

    /// <summary>The user's login, or <c>-</c>.</summary>
    public string Username { get; init => field = Grammar.Word(value); }

    /// <summary>The number of the session.</summary>
    public ulong SessionId { get; init; }

    /// <summary>The version of the description.</summary>
    public ulong SessionVersion { get; init; }

    /// <summary>The network, <c>IN</c> for the Internet.</summary>
    public string NetworkType { get; init => field = Grammar.Token(value); }

    /// <summary><c>IP4</c> or <c>IP6</c>.</summary>
    public string AddressType { get; init => field = Grammar.Token(value); }

    /// <summary>The address or host name of the creator.</summary>
    public string Address { get; init => field = Grammar.Address(value); }

    /// <summary>The value of the line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Username} {SessionId} {SessionVersion} {NetworkType} {AddressType} {Address}");

    internal static string TypeOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? "IP6" : "IP4";
    }
}
