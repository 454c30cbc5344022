using System.Globalization;
using System.Net;
using System.Text;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>What became of a captured packet.</summary>
public enum SipPacketFate
{
    /// <summary>It is under way.</summary>
    InFlight,

    /// <summary>It was given to its receiver.</summary>
    Delivered,

    /// <summary>It vanished by chance.</summary>
    Lost,

    /// <summary>It was larger than the link carries.</summary>
    TooLarge,

    /// <summary>There was no such host, or no way to it.</summary>
    Unreachable,

    /// <summary>Nobody listened there.</summary>
    NoListener,
}

/// <summary>One datagram, or one message on a stream, as a simulated network saw it when it was sent.</summary>
public sealed class SipCapturedPacket
{
    internal SipCapturedPacket(TimeSpan at, IPEndPoint from, IPEndPoint to, SipTransportProtocol protocol, ReadOnlyMemory<byte> content)
    {
        At = at;
        From = from;
        To = to;
        Protocol = protocol;
        Content = content;
    }

    /// <summary>When it was sent, from the making of the network.</summary>
    public TimeSpan At { get; }

    /// <summary>The sender's own address.</summary>
    public IPEndPoint From { get; }

    /// <summary>The address that it was sent to.</summary>
    public IPEndPoint To { get; }

    /// <summary>The address that the receiver sees, where a translator changed it.</summary>
    public IPEndPoint? TranslatedFrom { get; internal init; }

    /// <summary>The transport protocol.</summary>
    public SipTransportProtocol Protocol { get; }

    /// <summary>A copy of the octets.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Whether the network made it, as the copy of the packet before.</summary>
    public bool IsDuplicate { get; internal init; }

    /// <summary>What has become of it by now.</summary>
    public SipPacketFate Fate { get; internal set; }

    /// <summary>Whether it will not arrive.</summary>
    public bool IsDropped => Fate is not (SipPacketFate.InFlight or SipPacketFate.Delivered);

    /// <summary>One line with everything but the content, of which it gives the first line.</summary>
    public override string ToString()
    {
        var content = Content.Span;
        var end = content.IndexOfAny((byte)'\r', (byte)'\n');
        var first = Encoding.UTF8.GetString(end < 0 ? content : content[..end]);
        return string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:F6} {Protocol} {From} -> {To} {Fate}{(IsDuplicate ? " duplicate" : "")} {content.Length}: {first}");
    }
}
