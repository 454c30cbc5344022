using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Negotiation;

/// <summary>Builds one answer, stream by stream (RFC 3264 §6).</summary>
internal sealed class AnswerBuilder(SdpSession offer, SdpCapabilities capabilities, SdpSession? previous, PayloadHistory history)
{
    private readonly List<SdpMediaCapability> _free = [.. capabilities.Media];

    public SdpSession Build()
    {
        var answers = new SdpMedia?[offer.Media.Count];

        // Streams that are up keep their port; only then may new ones choose.
        for (var i = 0; i < answers.Length; i++)
        {
            if (KeptPort(i) is { } port) answers[i] = TryTake(i, capability => capability.Port == port);
        }

        for (var i = 0; i < answers.Length; i++) answers[i] ??= TryTake(i, static _ => true) ?? offer.Media[i].Reject();

        var answer = new SdpSession(capabilities.Origin)
        {
            Connection = capabilities.Connection,
            Timings = [.. offer.Timings.Select(static timing => new SdpTiming(timing.Start, timing.Stop))],
            Media = [.. answers.Select(static media => media!)], // the loop above has filled every place
        };
        return Version(answer);
    }

    /// <summary>RFC 3264 §8: an unchanged description keeps its version, a changed one takes the next.</summary>
    private SdpSession Version(SdpSession answer)
    {
        if (previous is null) return answer;
        var unchanged = answer with { Origin = previous.Origin };
        return unchanged == previous ? previous : unchanged.NextVersion();
    }

    private int? KeptPort(int index) =>
        previous is not null && index < previous.Media.Count && !previous.Media[index].IsRejected ? previous.Media[index].Port : null;

    private SdpMedia? TryTake(int index, Func<SdpMediaCapability, bool> isWanted)
    {
        var offered = offer.Media[index];

        // A bundle-only stream (port 0) cannot stand alone, and this side makes no bundle (RFC 9143 §7.3).
        if (offered.IsRejected || offer.ConnectionOf(offered) is null) return null;

        foreach (var capability in _free)
        {
            if (!capability.Takes(offered) || !isWanted(capability) || TryAnswer(index, offered, capability) is not { } answer) continue;
            _free.Remove(capability);
            return answer;
        }

        return null;
    }

    private SdpMedia? TryAnswer(int index, SdpMedia offered, SdpMediaCapability capability)
    {
        if (Formats(index, offered, capability) is not { } answer) return null;

        var direction = offer.DirectionOf(offered);
        if (offer.ConnectionOf(offered) is { IsMulticast: true } group)
        {
            // RFC 3264 §6.2: everybody sees a multicast stream alike, so it is taken as it is or not at all.
            if ((direction & capability.Direction) != direction) return null;
            answer = answer with { Port = offered.Port, PortCount = offered.PortCount, Connections = [group] };
        }
        else
        {
            direction = Directions.Reverse(direction) & capability.Direction;
            if (capability.Connection is { } own) answer = answer with { Connections = [own] };
        }

        return answer with { Attributes = Attributes(answer.Attributes, offered, capability).SetDirection(direction) };
    }

    private SdpMedia? Formats(int index, SdpMedia offered, SdpMediaCapability capability)
    {
        if (!offered.IsRtp)
        {
            var formats = offered.Formats.Where(format => capability.Formats.Contains(format, StringComparer.OrdinalIgnoreCase)).ToArray();
            return formats.Length == 0 ? null : new SdpMedia(offered.Kind, capability.Port, offered.Protocol, [.. formats]);
        }

        var codecs = new CodecChoice(capability, capabilities.Preference, capabilities.SingleCodec).Choose(offered.ReadCodecs());
        if (codecs.Count == 0) return null;
        return SdpMedia.CreateRtp(offered.Kind, capability.Port, [.. Renumber(index, codecs)], offered.Protocol);
    }

    /// <summary>The offer's numbers, unless one of them has meant another codec here (RFC 3264 §6.1, §8.3.2).</summary>
    private List<SdpCodec> Renumber(int index, List<SdpCodec> codecs)
    {
        var numbers = codecs.Select(static codec => codec.PayloadType).ToHashSet();
        var result = new List<SdpCodec>();
        foreach (var codec in codecs)
        {
            if (!history.Conflicts(index, codec))
            {
                result.Add(codec);
                continue;
            }

            for (var number = StaticPayloadTypes.FirstDynamic; number <= 127; number++)
            {
                var renumbered = codec with { Map = codec.Map with { PayloadType = number } };
                if (numbers.Contains(number) || history.Conflicts(index, renumbered)) continue;
                numbers.Add(number);
                result.Add(renumbered);
                break;
            }
        }

        return result;
    }

    private SdpAttributes Attributes(SdpAttributes attributes, SdpMedia offered, SdpMediaCapability capability)
    {
        foreach (var attribute in capability.Attributes)
        {
            if (attribute.Name is "mid" or "setup" or "rtcp-mux") continue; // decided by the offer
            attributes = attributes.Add(attribute);
        }

        if (offered.Attributes.Find("mid") is { Value: not null } mid) attributes = attributes.Add(mid);
        if (capability.RtcpMux && offered.Attributes.RtcpMux) attributes = attributes.Add("rtcp-mux");

        // RFC 4145 §4.1; where the offer leaves the choice, RFC 5763 §5 prefers to be active.
        return (offered.Attributes.Setup ?? offer.Attributes.Setup) switch
        {
            SdpSetup.ActivePassive or SdpSetup.Passive => attributes.SetSetup(SdpSetup.Active),
            SdpSetup.Active => attributes.SetSetup(SdpSetup.Passive),
            SdpSetup.HoldConnection => attributes.SetSetup(SdpSetup.HoldConnection),
            _ => attributes,
        };
    }
}
