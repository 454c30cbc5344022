using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Tests.Sdp.Negotiation;

/// <summary>The exchanges of RFC 3264 §10 and RFC 4317, in a short hand: who, version, streams.</summary>
public sealed class OfferAnswerExampleTests
{
    private const string Three = "audio 49170 0 8 97=iLBC; video 51372 31 32";

    // "a1" is alice with her first version. Alice is the local side.
    public static TheoryData<string, string[], string> Exchanges => new()
    {
        {
            "3264 10.1",
            [
                "a1 audio 49170 0; video 51372 31; video 53000 32", "b1 audio 49920 0; video 0 31; video 53000 32",
                "b2 audio 65422 0; video 0 31; video 53000 32; audio 51434 110=telephone-events recvonly",
                "a2 audio 49170 0; video 0 31; video 53000 32; audio 53122 110=telephone-events sendonly",
            ],
            "0:PCMU:SendReceive 2:MPV:SendReceive 3:telephone-events:SendOnly"
        },
        {
            "3264 10.2",
            [
                "a1 audio 62986 0 4 18 inactive", "b1 audio 54344 0 4 inactive",
                "a2 audio 62986 4 sendrecv", "b2 audio 54344 4 sendrecv",
            ],
            "0:G723:SendReceive"
        },
        { "4317 2.1", ["a1 " + Three, "b1 audio 49174 0; video 49170 32"], "0:PCMU:SendReceive 1:MPV:SendReceive" },
        {
            "4317 2.2",
            ["a1 " + Three, "b1 audio 49172 0 8; video 0 31", "a2 audio 51372 0; video 0 31", "b2 audio 49172 0; video 0 31"],
            "0:PCMU:SendReceive"
        },
        { "4317 2.3", ["a1 " + Three, "b1 audio 49172 99=iLBC; video 51374 31"], "0:iLBC:SendReceive 1:H261:SendReceive" },
        {
            "4317 2.4",
            ["a1 audio 49170 0 97=iLBC; audio 49172 98=telephone-event sendonly", "b1 audio 49172 97=iLBC; audio 49174 98=telephone-event recvonly"],
            "0:iLBC:SendReceive 1:telephone-event:SendOnly"
        },
        {
            "4317 2.5",
            [
                "a1 audio 49170 97=iLBC; video 51372 31", "b1 audio 49174 97=iLBC; video 49170 31",
                "b2 audio 49178 97=iLBC; video 49188 31", "a1 audio 49170 97=iLBC; video 51372 31",
            ],
            "0:iLBC:SendReceive 1:H261:SendReceive"
        },
        {
            "4317 2.6",
            ["a1 audio 49170 0; audio 51372 97=iLBC 101=telephone-event", "b1 audio 0 0; audio 49170 97=iLBC 101=telephone-event"],
            "1:iLBC,telephone-event:SendReceive"
        },
        {
            "4317 2.7",
            [
                "a1 audio 49170 99=iLBC; video 51372 31", "b1 audio 49172 99=iLBC; video 51374 31",
                "a2 audio 49170 99=iLBC; video 51372 31 32", "b2 audio 49172 99=iLBC; video 51374 31 32",
            ],
            "0:iLBC:SendReceive 1:H261,MPV:SendReceive"
        },
        { "4317 2.8", ["a1 " + Three, "b1 audio 49174 0; video 49172 32 c=otherhost.biloxi.example.com"], "0:PCMU:SendReceive 1:MPV:SendReceive" },
        {
            "4317 3.1",
            [
                "a1 audio 49170 0 97=iLBC", "b1 audio 49172 97=iLBC sendonly c=placeholder.biloxi.example.com",
                "b2 audio 49170 97=iLBC", "a2 audio 49178 97=iLBC",
            ],
            "0:iLBC:SendReceive"
        },
        {
            "4317 4.1",
            [
                "a1 audio 49170 0 97=iLBC", "b1 audio 49170 97=iLBC",
                "b2 audio 49170 97=iLBC; audio 48282 98=telephone-event recvonly c=mediaserver.biloxi.example.com",
                "a2 audio 49170 97=iLBC; audio 49172 98=telephone-event sendonly c=host.atlanta.example.com",
            ],
            "0:iLBC:SendReceive 1:telephone-event:SendOnly"
        },
        {
            "4317 4.2",
            ["a1 audio 49170 0", "b1 audio 49172 0", "a2 audio 49170 0; video 49172 31", "b2 audio 49172 0; video 49168 31"],
            "0:PCMU:SendReceive 1:H261:SendReceive"
        },
        {
            "4317 4.3",
            [
                "a1 audio 49170 97=iLBC; video 51372 31", "b1 audio 49174 97=iLBC; video 49170 31",
                "b2 audio 49174 97=iLBC; video 0 31", "a2 audio 49170 97=iLBC; video 0 31",
            ],
            "0:iLBC:SendReceive"
        },
        { "4317 5.1", ["a1 ", "b1 ", "a2 audio 49170 97=iLBC", "b2 audio 49172 97=iLBC"], "0:iLBC:SendReceive" },
        {
            "4317 5.2",
            ["a1 audio 23442 97=iLBC c=0.0.0.0", "b1 audio 49170 97=iLBC", "a2 audio 49170 97=iLBC", "b1 audio 49170 97=iLBC"],
            "0:iLBC:SendReceive"
        },
        {
            "4317 5.3",
            ["a1 audio 49170 97=iLBC", "b1 audio 9322 97=iLBC c=0.0.0.0", "b2 audio 49172 97=iLBC", "a1 audio 49170 97=iLBC"],
            "0:iLBC:SendReceive"
        },
    };

    [Theory, Trait("Req", "D12")]
    [MemberData(nameof(Exchanges))]
    public void Exchange_OfTheRfc_IsLegalFromBothSides(string section, string[] sayings, string agreed)
    {
        _ = section;
        var (alice, bob) = Play(sayings);

        alice.State.Should().Be(SdpNegotiationState.Stable);
        Summary(alice).Should().Be(agreed);
        bob.Streams.Select(stream => stream.Index).Should().Equal(alice.Streams.Select(stream => stream.Index));
    }

    [Fact]
    public void Exchange_SecondAnswerOfRfc4317Section32_BreaksADirectionRule()
    {
        // There a send-only stream is answered without a direction, against RFC 3264 §6.1. Ours may not say so; from a peer it is borne.
        string[] sayings =
        [
            "a1 audio 49170 0 97=iLBC; audio 49172 98=telephone-event sendonly", "b1 audio 49172 97=iLBC; audio 49174 98=telephone-event recvonly",
            "b2 audio 49172 97=iLBC sendonly; audio 49174 98=telephone-event recvonly",
        ];
        var answer = Read("a2 audio 49170 0 97=iLBC; audio 49172 98=telephone-event sendonly");
        var (alice, bob) = Play(sayings);

        alice.TryAnswer(SdpSide.Local, answer, out var own).Should().BeFalse();
        bob.TryAnswer(SdpSide.Remote, answer, out var peers).Should().BeTrue();

        own.Rules().Should().Equal(SdpRule.Direction);
        peers.Rules().Should().Equal(SdpRule.Direction);
        peers.Next.Streams[0].Direction.Should().Be(SdpDirection.SendOnly);
    }

    /// <summary>Each saying is an offer where none is open, else the answer; both ends play it.</summary>
    private static (SdpNegotiation Alice, SdpNegotiation Bob) Play(string[] sayings)
    {
        var (alice, bob) = (SdpNegotiation.Initial, SdpNegotiation.Initial);
        foreach (var saying in sayings)
        {
            var session = Read(saying);
            var isAlice = saying[0] == 'a';
            var isOffer = alice.State == SdpNegotiationState.Stable;
            alice = Say(alice, isAlice ? SdpSide.Local : SdpSide.Remote, session, isOffer);
            bob = Say(bob, isAlice ? SdpSide.Remote : SdpSide.Local, session, isOffer);
        }

        return (alice, bob);
    }

    private static SdpNegotiation Say(SdpNegotiation negotiation, SdpSide side, SdpSession session, bool isOffer)
    {
        var accepted = isOffer ? negotiation.TryOffer(side, session, out var step) : negotiation.TryAnswer(side, session, out step);
        accepted.Should().BeTrue(step.Reason);
        step.Violations.Should().BeEmpty();
        return step.Next;
    }

    private static SdpSession Read(string saying)
    {
        var (user, host, id) = saying[0] == 'a' ? ("alice", "host.atlanta.example.com", 2890844526) : ("bob", "host.biloxi.example.com", 2808844564);
        var version = id + saying[1] - '1';
        var streams = saying[3..].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Stream);
        return SdpSession.Parse(
            $"v=0\r\no={user} {id} {version} IN IP4 {host}\r\ns= \r\nc=IN IP4 {host}\r\nt=0 0\r\n{string.Concat(streams)}");
    }

    private static string Stream(string text)
    {
        var words = text.Split(' ');
        var formats = words[2..].Where(word => char.IsAsciiDigit(word[0])).Select(word => word.Split('=')).ToArray();
        var connection = words.Where(word => word.StartsWith("c=", StringComparison.Ordinal)).Select(word => $"c=IN IP4 {word[2..]}\r\n");
        var maps = formats.Where(format => format.Length == 2).Select(format => $"a=rtpmap:{format[0]} {format[1]}/8000\r\n");
        var direction = words[2..].Where(word => word is "sendrecv" or "sendonly" or "recvonly" or "inactive").Select(word => $"a={word}\r\n");
        return $"m={words[0]} {words[1]} RTP/AVP {string.Join(' ', formats.Select(format => format[0]))}\r\n"
            + string.Concat(connection) + string.Concat(maps) + string.Concat(direction);
    }

    private static string Summary(SdpNegotiation negotiation) => string.Join(' ', negotiation.Streams.Select(stream =>
        $"{stream.Index}:{string.Join(',', stream.SendCodecs.Select(codec => codec.Encoding))}:{stream.Direction}"));
}
