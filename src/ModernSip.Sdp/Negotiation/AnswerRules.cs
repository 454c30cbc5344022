using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Negotiation;

/// <summary>What an answer owes to its offer (RFC 3264 §6).</summary>
internal static class AnswerRules
{
    public static void Check(SdpSession offer, SdpSession answer, List<SdpViolation> violations)
    {
        if (!answer.Timings.Select(Times).SequenceEqual(offer.Timings.Select(Times)))
        {
            violations.Add(new(SdpRule.Timing, null, "The times must be those of the offer."));
        }

        if (answer.Media.Count != offer.Media.Count)
        {
            violations.Add(new(SdpRule.MediaCount, null, "An answer has exactly the streams of the offer."));
        }

        for (var i = 0; i < Math.Min(offer.Media.Count, answer.Media.Count); i++)
        {
            Check(i, new Stream(offer, offer.Media[i]), new Stream(answer, answer.Media[i]), violations);
        }
    }

    /// <summary>Whether a port was offered. Port 0 with <c>bundle-only</c> is an offer all the same (RFC 9143 §6).</summary>
    public static bool IsOffered(SdpMedia media) => !media.IsRejected || media.Attributes.Contains("bundle-only");

    public static bool HaveCommonFormat(SdpMedia offered, SdpMedia answered)
    {
        if (!offered.IsRtp) return offered.Formats.Intersect(answered.Formats, StringComparer.OrdinalIgnoreCase).Any();
        var codecs = offered.ReadCodecs();
        return answered.ReadCodecs().Any(codec => codecs.Any(codec.IsSameEncoding));
    }

    private static (ulong Start, ulong Stop) Times(SdpTiming timing) => (timing.Start, timing.Stop);

    private static void Check(int index, Stream offered, Stream answered, List<SdpViolation> violations)
    {
        if (!string.Equals(offered.Media.Kind, answered.Media.Kind, StringComparison.OrdinalIgnoreCase))
        {
            violations.Add(new(SdpRule.MediaKind, index, "The media type must be that of the offer."));
        }

        if (!string.Equals(offered.Media.Protocol, answered.Media.Protocol, StringComparison.OrdinalIgnoreCase))
        {
            violations.Add(new(SdpRule.Transport, index, "The transport must be that of the offer."));
        }

        if (answered.Media.Attributes.Mid is { } mid && mid != offered.Media.Attributes.Mid)
        {
            violations.Add(new(SdpRule.Mid, index, "The identification tag must be that of the offer."));
        }

        if (!answered.Media.IsRejected) CheckAccepted(index, offered, answered, violations);
    }

    private static void CheckAccepted(int index, Stream offered, Stream answered, List<SdpViolation> violations)
    {
        if (!IsOffered(offered.Media))
        {
            violations.Add(new(SdpRule.RejectedStream, index, "A stream offered with port 0 is answered with port 0."));
        }

        if (!HaveCommonFormat(offered.Media, answered.Media))
        {
            violations.Add(new(SdpRule.NoCommonFormat, index, "An accepted stream needs a format of the offer."));
        }

        if (offered.Connection is { IsMulticast: true } group)
        {
            var isSame = answered.Connection?.Address == group.Address
                && answered.Media.Port == offered.Media.Port
                && answered.Direction == offered.Direction;
            if (!isSame) violations.Add(new(SdpRule.Multicast, index, "A multicast stream keeps address, port and direction."));
        }
        else if (!Directions.IsLegalAnswer(offered.Direction, answered.Direction))
        {
            violations.Add(new(SdpRule.Direction, index, "The direction does not fit the one offered."));
        }

        if (answered.Media.Attributes.RtcpMux && !offered.Media.Attributes.RtcpMux)
        {
            violations.Add(new(SdpRule.RtcpMux, index, "RTP and RTCP share a port only if the offer says so."));
        }

        if (offered.Setup is { } ask && answered.Setup is { } role && !SetupRoles.IsLegalAnswer(ask, role))
        {
            violations.Add(new(SdpRule.Setup, index, "The connection role does not fit the one offered."));
        }
    }

    private readonly record struct Stream(SdpSession Session, SdpMedia Media)
    {
        public SdpDirection Direction => Session.DirectionOf(Media);

        public SdpConnection? Connection => Session.ConnectionOf(Media);

        public SdpSetup? Setup => Media.Attributes.Setup ?? Session.Attributes.Setup;
    }
}
