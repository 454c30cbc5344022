using FsCheck;
using FsCheck.Fluent;
using ModernSip.Messages;
using ModernSip.Transport.Streams;

namespace ModernSip.Tests.Transport.Streams;

public sealed class StreamFramerTests
{
    [Fact]
    public void Class06_SeveralMessagesInOneSegment_ComeOutInOrder()
    {
        var octets = Join(TestMessages.Options(1, "\r\n\r\n"), TestMessages.Options(2), TestMessages.Octets("\r\n"), TestMessages.Options(3, "xyz"));

        Feed(octets, [octets.Length]).Should().Equal(Text(TestMessages.Options(1, "\r\n\r\n")), Text(TestMessages.Options(2)), Text(TestMessages.Options(3, "xyz")));
    }

    [Fact]
    public void Class06_AnyChunkingOfAStream_GivesTheSameEvents()
    {
        var piece = Gen.Elements(
            Text(TestMessages.Options(1)), Text(TestMessages.Options(2, "\r\n\r\nbody")), "\r\n", "\r\n\r\n", "\r", "\n", "GET / HTTP/1.0\r\n", "OPTIONS sip:a SIP/2.0\r\n\r\n");
        var streams = Gen.ListOf(piece, 6).Select(string.Concat);
        var chunks = Gen.NonEmptyListOf(Gen.Choose(1, 40));

        Prop.ForAll(Arb.From(streams), Arb.From(chunks), (stream, sizes) =>
        {
            var octets = TestMessages.Octets(stream);
            var whole = Feed(octets, [octets.Length + 1]);
            var chunked = Feed(octets, [.. sizes]);
            return whole.SequenceEqual(chunked).Label($"whole {string.Join('|', whole)}, chunked {string.Join('|', chunked)}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("", nameof(StreamPhase.Idle))]
    [InlineData("\r\n", nameof(StreamPhase.Idle))]
    [InlineData("\r", nameof(StreamPhase.Header))]
    [InlineData("O", nameof(StreamPhase.Header))]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nl: 5\r\n\r\n1234", nameof(StreamPhase.Body))]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nl: 5\r\n\r\n12345", nameof(StreamPhase.Idle))]
    public void Phase_AfterWhatArrived_SaysWhatIsWaitedFor(string text, string phase)
    {
        var framer = new StreamFramer(SipMessageLimits.Default);
        ReadOnlySpan<byte> octets = TestMessages.Octets(text);
        while (framer.Next(ref octets, out _) != StreamEvent.NeedMore)
        {
        }

        framer.Phase.ToString().Should().Be(phase);
    }

    [Fact]
    public void Needed_InsideABody_IsTheWholeMessage()
    {
        var framer = new StreamFramer(SipMessageLimits.Default);
        ReadOnlySpan<byte> octets = TestMessages.Octets("OPTIONS sip:a SIP/2.0\r\nl: 500\r\n\r\n1234");

        framer.Next(ref octets, out _).Should().Be(StreamEvent.NeedMore);

        framer.Needed.Should().Be(octets.Length - 4 + 500);
    }

    // Pings count as one event however many came together, so they are told by their sum.
    private static List<string> Feed(byte[] octets, int[] sizes)
    {
        var framer = new StreamFramer(SipMessageLimits.Default);
        var events = new List<string>();
        var pings = 0;
        int start = 0, end = 0;
        for (var i = 0; end < octets.Length; i++)
        {
            end = Math.Min(octets.Length, end + sizes[i % sizes.Length]);
            ReadOnlySpan<byte> left = octets.AsSpan(start, end - start);
            while (true)
            {
                var what = framer.Next(ref left, out var message);
                if (what == StreamEvent.NeedMore) break;
                if (what == StreamEvent.Pings) pings += framer.Pings;
                if (what == StreamEvent.Message) events.Add(Text(message.ToArray()));
                if (what != StreamEvent.Malformed) continue;
                return [.. events, framer.Reason, $"{pings} pings"];
            }

            start = end - left.Length;
        }

        return [.. events, .. pings == 0 ? Array.Empty<string>() : [$"{pings} pings"]];
    }

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static string Text(byte[] octets) => System.Text.Encoding.Latin1.GetString(octets);
}
