using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Negotiation;

/// <summary>What holds for offers and answers alike.</summary>
internal static class ActiveStreamRules
{
    /// <summary>RFC 3264 §5.1: each active stream says where it is, and what its payload types mean.</summary>
    public static void CheckStreams(SdpSession session, PayloadHistory history, List<SdpViolation> violations)
    {
        for (var i = 0; i < session.Media.Count; i++)
        {
            var media = session.Media[i];
            if (media.IsRejected) continue;
            if (session.ConnectionOf(media) is null) violations.Add(new(SdpRule.Connection, i, "An active stream needs an address."));
            if (!media.IsRtp) continue;

            var codecs = media.ReadCodecs();
            var known = codecs.Select(static codec => codec.PayloadType).ToHashSet();
            if (media.Formats.Any(format => !Fields.TryNumber(format, 0, 127, out var type) || !known.Contains(type)))
            {
                violations.Add(new(SdpRule.PayloadType, i, "A payload type has no meaning; it needs an rtpmap."));
            }

            if (codecs.Any(codec => history.Conflicts(i, codec)))
            {
                violations.Add(new(SdpRule.PayloadRemapped, i, "A payload type means another codec than before."));
            }
        }
    }

    /// <summary>RFC 3264 §8: the same session as before; unchanged under the same version, or one version on.</summary>
    public static void CheckOrigin(SdpSession session, SdpSession? previous, List<SdpViolation> violations)
    {
        if (previous is null) return;

        var (now, before) = (session.Origin, previous.Origin);
        if (now with { SessionVersion = before.SessionVersion } != before)
        {
            violations.Add(new(SdpRule.Origin, null, "The origin names another session than before."));
        }
        else if (now.SessionVersion == before.SessionVersion)
        {
            if (session != previous) violations.Add(new(SdpRule.Version, null, "The description changed, but its version did not."));
        }
        else if (now.SessionVersion != before.SessionVersion + 1)
        {
            violations.Add(new(SdpRule.Version, null, "The version must grow by one."));
        }
    }
}
