namespace ModernSip.Sdp.Negotiation;

/// <summary>Chooses the codecs that both sides know, under the offer's numbers (RFC 3264 §6.1).</summary>
internal sealed class CodecChoice(SdpMediaCapability capability, SdpPreference preference, bool singleCodec)
{
    public List<SdpCodec> Choose(SdpList<SdpCodec> offered)
    {
        var common = new List<SdpCodec>();
        if (preference == SdpPreference.Offerer)
        {
            foreach (var theirs in offered) Add(common, theirs, capability.Codecs.Select(mine => Match(theirs, mine)));
        }
        else
        {
            foreach (var mine in capability.Codecs)
            {
                foreach (var theirs in offered) Add(common, theirs, [Match(theirs, mine)]);
            }
        }

        // Tones beside no voice make no call, unless nothing else was offered (a stream of their own: RFC 4317 §2.4).
        if (common.TrueForAll(static codec => codec.IsAuxiliary) && offered.Any(static codec => !codec.IsAuxiliary)) return [];

        if (singleCodec && common.Find(static codec => !codec.IsAuxiliary) is { } best)
        {
            common.RemoveAll(codec => !codec.IsAuxiliary && codec.PayloadType != best.PayloadType);
        }

        return common;
    }

    private static void Add(List<SdpCodec> common, SdpCodec theirs, IEnumerable<SdpCodec?> matches)
    {
        if (common.Exists(codec => codec.PayloadType == theirs.PayloadType)) return;
        if (matches.FirstOrDefault(static match => match is not null) is { } match) common.Add(match);
    }

    private SdpCodec? Match(SdpCodec theirs, SdpCodec mine)
    {
        if (!theirs.IsSameEncoding(mine)) return null;
        var agreed = capability.Agree is null ? mine : capability.Agree(theirs, mine);
        return agreed is null ? null : new SdpCodec(theirs.Map, agreed.Parameters);
    }
}
