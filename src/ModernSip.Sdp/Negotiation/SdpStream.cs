using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Negotiation;

/// <summary>A stream that both sides agreed on: where to send what, and what to expect.</summary>
public sealed record SdpStream
{
    private SdpStream(int index, SdpMedia local, SdpMedia remote, SdpConnection? remoteConnection, SdpDirection direction)
    {
        Index = index;
        Local = local;
        Remote = remote;
        RemoteConnection = remoteConnection;
        Direction = direction;
        SendCodecs = Common(remote, local);
        ReceiveCodecs = Common(local, remote);
    }

    /// <summary>The stream's position in both descriptions, from 0.</summary>
    public int Index { get; }

    /// <summary>The stream as this side described it.</summary>
    public SdpMedia Local { get; }

    /// <summary>The stream as the peer described it.</summary>
    public SdpMedia Remote { get; }

    /// <summary>Where to send; the port is the one of <see cref="Remote"/>.</summary>
    public SdpConnection? RemoteConnection { get; }

    /// <summary>What this side may do: what both descriptions leave open. A peer at 0.0.0.0 is not sent to (RFC 3264 §8.4).</summary>
    public SdpDirection Direction { get; }

    /// <summary>The codecs to send with, best first, under the peer's numbers (RFC 3264 §5.1).</summary>
    public SdpList<SdpCodec> SendCodecs { get; }

    /// <summary>The codecs to expect, under this side's numbers.</summary>
    public SdpList<SdpCodec> ReceiveCodecs { get; }

    internal static SdpList<SdpStream> Of(SdpSession local, SdpSession remote)
    {
        var streams = new List<SdpStream>();
        for (var i = 0; i < Math.Min(local.Media.Count, remote.Media.Count); i++)
        {
            var (mine, theirs) = (local.Media[i], remote.Media[i]);
            if (!AnswerRules.IsOffered(mine) || !AnswerRules.IsOffered(theirs)) continue;

            var connection = remote.ConnectionOf(theirs);
            var reverse = connection is { IsMulticast: true } ? remote.DirectionOf(theirs) : Directions.Reverse(remote.DirectionOf(theirs));
            var direction = local.DirectionOf(mine) & reverse;
            if (IsNowhere(remote, theirs)) direction &= SdpDirection.ReceiveOnly;
            if (IsNowhere(local, mine)) direction &= SdpDirection.SendOnly;
            streams.Add(new SdpStream(i, mine, theirs, connection, direction));
        }

        return [.. streams];
    }

    /// <summary>With ICE an unspecified address only means that the candidates are still to come (RFC 8840 §4.1.1).</summary>
    private static bool IsNowhere(SdpSession session, SdpMedia media) =>
        session.ConnectionOf(media) is null or { IsUnspecified: true }
        && (media.Attributes.IceUserFragment ?? session.Attributes.IceUserFragment) is null;

    private static SdpList<SdpCodec> Common(SdpMedia numbered, SdpMedia other)
    {
        var codecs = other.ReadCodecs();
        return [.. numbered.ReadCodecs().Where(codec => codecs.Any(codec.IsSameEncoding))];
    }
}
