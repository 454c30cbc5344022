using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sdp.Parsing;
using static ModernSip.Tests.Sdp.Negotiation.Descriptions;

namespace ModernSip.Tests.Sdp.Negotiation;

public sealed class SdpAnswerRulesTests
{
    // RFC 3264 §6.1, the whole table: which answers a direction leaves open.
    private const string Directions = """
        sendrecv: sendrecv sendonly recvonly inactive
        sendonly: recvonly inactive
        recvonly: sendonly inactive
        inactive: inactive
        """;

    public static TheoryData<string, string, bool> DirectionPairs()
    {
        var data = new TheoryData<string, string, bool>();
        string[] names = ["sendrecv", "sendonly", "recvonly", "inactive"];
        foreach (var row in Directions.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = row.Split(':');
            foreach (var answered in names) data.Add(parts[0], answered, parts[1].Split(' ').Contains(answered, StringComparer.Ordinal));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(DirectionPairs))]
    public void CheckAnswer_EveryPairOfDirections_FollowsTheTable(string offered, string answered, bool isLegal) =>
        SdpRules.CheckAnswer(Alice(1, $"{Audio}  a={offered}"), Bob(1, $"{Audio}  a={answered}"))
            .Select(violation => violation.Rule).Should().Equal(isLegal ? [] : [SdpRule.Direction]);

    [Theory]
    [InlineData("actpass", "active", true)]
    [InlineData("actpass", "passive", true)]
    [InlineData("actpass", "actpass", false)]
    [InlineData("active", "passive", true)]
    [InlineData("active", "active", false)]
    [InlineData("passive", "active", true)]
    [InlineData("passive", "passive", false)]
    [InlineData("holdconn", "holdconn", true)]
    [InlineData("holdconn", "active", false)]
    [InlineData("active", "holdconn", true)]
    public void CheckAnswer_SetupRoles_FollowTheTable(string offered, string answered, bool isLegal) =>
        SdpRules.CheckAnswer(Alice(1, $"{Audio}  a=setup:{offered}"), Bob(1, $"{Audio}  a=setup:{answered}"))
            .Select(violation => violation.Rule).Should().Equal(isLegal ? [] : [SdpRule.Setup]);

    [Theory]
    [InlineData("m=audio 1 RTP/AVP 0", "m=audio 2 RTP/AVP 0 8", "more codecs than offered are allowed (RFC 3264 §6.1)")]
    [InlineData("m=audio 1 RTP/AVP 97  a=rtpmap:97 iLBC/8000", "m=audio 2 RTP/AVP 99  a=rtpmap:99 ILBC/8000", "numbers may differ")]
    [InlineData("m=audio 1 RTP/AVP 96  a=rtpmap:96 PCMU/8000", "m=audio 2 RTP/AVP 0", "a static type is the same codec under a dynamic number")]
    [InlineData("m=audio 1 RTP/AVP 96  a=rtpmap:96 PCMU/8000/1", "m=audio 2 RTP/AVP 0", "one channel is the default")]
    [InlineData("m=image 1 udptl t38", "m=image 2 udptl t38", "formats outside RTP are words")]
    [InlineData("m=message 1 TCP/MSRP *", "m=message 2 TCP/MSRP *", "formats outside RTP are words")]
    [InlineData("m=audio 1 RTP/AVP 0", "m=audio 0 RTP/AVP 18", "a rejected stream's formats do not matter (RFC 3264 §6)")]
    [InlineData("m=audio 0 RTP/AVP 0  a=bundle-only", "m=audio 9 RTP/AVP 0", "port 0 is an offer there (RFC 9143 §6)")]
    [InlineData("m=audio 1 RTP/AVP 0  a=mid:a  a=rtcp-mux", "m=audio 2 RTP/AVP 0  a=mid:a  a=rtcp-mux", "asked for")]
    public void CheckAnswer_LegalAnswer_HasNoViolation(string offered, string answered, string because) =>
        SdpRules.CheckAnswer(Alice(1, offered), Bob(1, answered)).Should().BeEmpty(because);

    [Theory]
    [InlineData("m=audio 1 RTP/AVP 97  a=rtpmap:97 iLBC/8000", "m=audio 2 RTP/AVP 97  a=rtpmap:97 speex/8000", SdpRule.NoCommonFormat)]
    [InlineData("m=audio 1 RTP/AVP 97  a=rtpmap:97 opus/48000/2", "m=audio 2 RTP/AVP 97  a=rtpmap:97 opus/48000", SdpRule.NoCommonFormat)]
    [InlineData("m=image 1 udptl t38", "m=image 1 udptl t30", SdpRule.NoCommonFormat)]
    [InlineData("m=audio 1 RTP/AVP 0", "m=audio 2 RTP/AVP 0  a=mid:x", SdpRule.Mid)]
    [InlineData("m=audio 1 RTP/AVP 0  a=mid:x", "m=audio 2 RTP/AVP 0  a=mid:y", SdpRule.Mid)]
    [InlineData("m=audio 1 RTP/AVP 0", "m=audio 2 RTP/AVP 0  a=rtcp-mux", SdpRule.RtcpMux)]
    [InlineData("m=audio 1 RTP/AVP 0", "m=audio 2 RTP/AVP 0 100", SdpRule.PayloadType)]
    [InlineData("m=audio 1 RTP/AVP 0  c=IN IP4 233.252.0.1/9", "m=audio 1 RTP/AVP 0", SdpRule.Multicast)]
    [InlineData("m=audio 1 RTP/AVP 0  c=IN IP4 233.252.0.1/9", "m=audio 2 RTP/AVP 0  c=IN IP4 233.252.0.1/9", SdpRule.Multicast)]
    [InlineData("m=audio 1 RTP/AVP 0  c=IN IP4 233.252.0.1/9  a=recvonly", "m=audio 1 RTP/AVP 0  c=IN IP4 233.252.0.1/9  a=sendonly", SdpRule.Multicast)]
    public void CheckAnswer_IllegalAnswer_NamesTheRule(string offered, string answered, SdpRule rule)
    {
        var violation = SdpRules.CheckAnswer(Alice(1, offered), Bob(1, answered)).Should().ContainSingle().Which;

        (violation.Rule, violation.MediaIndex).Should().Be((rule, 0));
        violation.ToString().Should().StartWith("Stream 0: ");
    }

    [Fact]
    public void CheckAnswer_OtherTimes_NamesTheRule() =>
        SdpRules.CheckAnswer(Alice(1), Bob(1) with { Timings = [new(1, 2)] }).Select(violation => violation.Rule).Should().Equal(SdpRule.Timing);

    [Fact]
    public void CheckOffer_AgainstWhatWasSaid_CountsStreams() =>
        SdpRules.CheckOffer(Alice(2, Audio), Alice(1, Audio + "  " + Audio)).Select(violation => violation.Rule).Should().Equal(SdpRule.MediaCount);

    [Theory]
    [InlineData(SdpDirection.SendReceive, SdpDirection.SendReceive)]
    [InlineData(SdpDirection.SendOnly, SdpDirection.ReceiveOnly)]
    [InlineData(SdpDirection.ReceiveOnly, SdpDirection.SendOnly)]
    [InlineData(SdpDirection.Inactive, SdpDirection.Inactive)]
    public void Reverse_Direction_IsTheOtherSidesView(SdpDirection direction, SdpDirection expected) =>
        ModernSip.Sdp.Parsing.Directions.Reverse(direction).Should().Be(expected);
}
