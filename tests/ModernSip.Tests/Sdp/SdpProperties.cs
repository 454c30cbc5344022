using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Tests.Sdp;

/// <summary>What holds for every description, not only for examples.</summary>
public sealed class SdpProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(40);

    [Fact]
    public void Parse_WhatWasWritten_IsTheSameSession() => Check.One(s_config, Prop.ForAll(
        SdpGenerators.Sessions.ToArbitrary(),
        session => SdpSession.Parse(session.ToUtf8Bytes()).Equals(session) && SdpSession.Parse(session.ToString()).Equals(session)));

    [Fact]
    public void Write_WhatWasParsed_IsStable() => Check.One(s_config, Prop.ForAll(
        SdpGenerators.MangledTexts.ToArbitrary(),
        octets =>
        {
            if (!SdpSession.TryParse(octets, out var session, out var error)) return error.Reason.Length > 0;
            var written = session.ToUtf8Bytes();
            return SdpSession.Parse(written, new SdpLimits { MaxLineLength = 65_536 }).Equals(session)
                && SdpSession.Parse(written).ToUtf8Bytes().AsSpan().SequenceEqual(written);
        }));

    [Fact]
    public void TryParse_AnyOctets_NeverThrows() => Check.One(s_config, Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        octets => SdpSession.TryParse(octets, out var session, out var error) ? session is not null : error is not null));

    [Fact]
    public void TryParse_AnyText_NeverThrows() => Check.One(s_config, Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        text => SdpSession.TryParse(text, out var session, out var error) ? session is not null : error is not null));

    [Fact]
    public void Write_AnySession_HasOnlyLegalLineEnds() => Check.One(s_config, Prop.ForAll(
        SdpGenerators.Sessions.ToArbitrary(),
        session =>
        {
            var text = session.ToString();
            return text.EndsWith("\r\n", StringComparison.Ordinal)
                && text[..^2].Split("\r\n").All(line => line.Length > 2 && line[1] == '=' && !line.AsSpan().ContainsAny("\r\n\0"));
        }));

    [Fact]
    public void Answer_AnyOfferAndCapabilities_IsLegal() => Check.One(s_config, Prop.ForAll(
        SdpGenerators.Sessions.ToArbitrary(),
        SdpGenerators.Capabilities.ToArbitrary(),
        (offer, capabilities) => SdpRules.CheckAnswer(offer, SdpAnswerer.Answer(offer, capabilities)).Count == 0));

    [Fact]
    public void CreateAnswer_AnySequenceOfOffers_IsTakenByTheMachine() => Check.One(s_config, Prop.ForAll(
        SdpGenerators.Sessions.ArrayOf(4).ToArbitrary(),
        SdpGenerators.Capabilities.ToArbitrary(),
        (offers, capabilities) =>
        {
            var negotiation = SdpNegotiation.Initial;
            foreach (var offer in offers)
            {
                if (!negotiation.TryOffer(SdpSide.Remote, offer, out var offered)) return false;
                if (!offered.Next.TryAnswer(SdpSide.Local, offered.Next.CreateAnswer(capabilities), out var answered)) return false;
                negotiation = answered.Next;
            }

            return negotiation.State == SdpNegotiationState.Stable;
        }));

    [Fact]
    public void ReadCodecs_ThousandsOfFormatsAndMaps_ReadsEachNumberOnce()
    {
        var text = new StringBuilder("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\nm=audio 1 RTP/AVP");
        for (var i = 0; i < 2_000; i++) text.Append(' ').Append(i % 128);
        for (var i = 0; i < 1_900; i++) text.Append("\na=rtpmap:").Append(i % 128).Append(" x/8000");

        var session = SdpSession.Parse(text.ToString());

        session.Media[0].ReadCodecs().Should().HaveCount(128);
    }
}
