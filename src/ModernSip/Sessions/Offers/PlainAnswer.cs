using ModernSip.Sdp;
using static ModernSip.Sessions.Offers.PlainLines;

namespace ModernSip.Sessions.Offers;

/// <summary>Sees without reading the descriptions whether what this side says is legal beyond doubt: nearly every call has such, and reading both costs more than the call.</summary>
/// <remarks>
/// It knows the forms in use only, those of phones and of browsers: session lines in their order, unicast addresses, attributes that stand once. Whatever is not
/// of this form, or is not plainly legal, is left to the rules of RFC 3264, which would find it legal too or not. Allocates nothing.
/// </remarks>
internal static class PlainAnswer
{
    private const int LargestDescription = 8_000; // so that no limit of lines can be met
    private const int MostStreams = 32;

    /// <summary>Whether an answer fits an offer, where nothing was said before.</summary>
    public static bool IsLegal(ReadOnlySpan<byte> offer, ReadOnlySpan<byte> answer)
    {
        if (!Session.TryTake(ref offer, out var offering) || !Session.TryTake(ref answer, out var answering) || answer.IsEmpty) return false;
        var offered = new PlainStream(stackalloc PlainStream.Map[PlainStream.MostFormats]);
        var answered = new PlainStream(stackalloc PlainStream.Map[PlainStream.MostFormats]);
        for (var count = 0; !answer.IsEmpty; count++)
        {
            var (asked, said) = (offered.Take(offer), answered.Take(answer));
            if (count == MostStreams || asked == 0 || said == 0 || !IsLegalStream(offering, offered, answering, answered)) return false;
            offer = offer[asked..];
            answer = answer[said..];
        }

        return offer.IsEmpty;
    }

    /// <summary>Whether an offer is legal, where nothing was said before.</summary>
    public static bool IsLegalOffer(ReadOnlySpan<byte> offer)
    {
        if (!Session.TryTake(ref offer, out var session) || offer.IsEmpty) return false;
        var stream = new PlainStream(stackalloc PlainStream.Map[PlainStream.MostFormats]);
        for (var count = 0; !offer.IsEmpty; count++)
        {
            var said = stream.Take(offer);
            if (count == MostStreams || said == 0 || !IsComplete(session, stream)) return false;
            offer = offer[said..];
        }

        return true;
    }

    /// <summary>RFC 3264 §6.</summary>
    private static bool IsLegalStream(in Session offering, in PlainStream offered, in Session answering, in PlainStream answered)
    {
        if (!offered.Kind.SequenceEqual(answered.Kind) || !offered.Protocol.SequenceEqual(answered.Protocol)) return false;
        if (!answered.Tag.IsEmpty && !answered.Tag.SequenceEqual(offered.Tag)) return false;
        if (answered.IsRejected) return true;
        return !offered.IsRejected
            && IsComplete(answering, answered)
            && answered.MeetsFormatOf(offered)
            && (offered.SharesPort || !answered.SharesPort)
            && FitsDirection(offered.Direction ?? offering.Direction ?? SdpDirection.SendReceive, answered.Direction ?? answering.Direction ?? SdpDirection.SendReceive)
            && FitsSetup(offered.Setup ?? offering.Setup, answered.Setup ?? answering.Setup);
    }

    /// <summary>RFC 3264 §5.1: an active stream says where it is, and what its payload types mean.</summary>
    private static bool IsComplete(in Session session, in PlainStream stream) =>
        stream.IsRejected || ((stream.HasConnection || session.HasConnection) && (!stream.IsRtp || stream.IsExplained()));

    private static bool FitsDirection(SdpDirection offered, SdpDirection answered) => offered switch
    {
        SdpDirection.SendReceive => true,
        SdpDirection.SendOnly => answered is SdpDirection.ReceiveOnly or SdpDirection.Inactive,
        SdpDirection.ReceiveOnly => answered is SdpDirection.SendOnly or SdpDirection.Inactive,
        _ => answered == SdpDirection.Inactive,
    };

    private static bool FitsSetup(SdpSetup? offered, SdpSetup? answered) => (offered, answered) switch
    {
        (null, _) or (_, null) => true,
        (SdpSetup.ActivePassive, SdpSetup.Active or SdpSetup.Passive) => true,
        (SdpSetup.Active, SdpSetup.Passive) or (SdpSetup.Passive, SdpSetup.Active) => true,
        _ => false,
    };

    /// <summary>What the lines above the first stream say for all streams.</summary>
    private struct Session
    {
        public SdpDirection? Direction;
        public SdpSetup? Setup;
        public bool HasConnection;

        /// <summary>v, o, s, t once each and of the usual form, an address where there is one, attributes.</summary>
        public static bool TryTake(scoped ref ReadOnlySpan<byte> text, out Session session)
        {
            session = default;
            if (text.Length > LargestDescription
                || !TakeLine(ref text, "v="u8, out var version) || !version.SequenceEqual("0"u8)
                || !TakeLine(ref text, "o="u8, out var origin) || !IsOrigin(origin)
                || !TakeLine(ref text, "s="u8, out var subject) || !IsText(subject)) return false;
            if (text.StartsWith("c="u8))
            {
                if (!TakeLine(ref text, "c="u8, out var connection) || !IsConnection(connection)) return false;
                session.HasConnection = true;
            }

            if (!PlainStream.SkipBandwidths(ref text) || !TakeLine(ref text, "t="u8, out var times) || !times.SequenceEqual("0 0"u8)) return false;
            while (TakeLine(ref text, "a="u8, out var attribute))
            {
                var colon = attribute.IndexOf((byte)':');
                var name = colon < 0 ? attribute : attribute[..colon];
                var value = colon < 0 ? default : attribute[(colon + 1)..];
                if (!IsName(name) || (!value.IsEmpty && !IsText(value))) return false;
                if (!PlainStream.TryNoteRole(name, value, colon >= 0, ref session.Direction, ref session.Setup)) return false;
            }

            return text.IsEmpty || text.StartsWith("m="u8);
        }

        private static bool IsOrigin(ReadOnlySpan<byte> origin)
        {
            var rest = origin;
            return IsText(TakeWord(ref rest)) && IsNumber(TakeWord(ref rest), ulong.MaxValue) && IsNumber(TakeWord(ref rest), ulong.MaxValue) && IsConnection(rest);
        }
    }
}
