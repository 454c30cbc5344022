using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Parsing;

public sealed class MessageFramingTests
{
    private const string Start = "OPTIONS sip:a@b SIP/2.0\r\n";

    [Theory]
    [InlineData("Content-Length: 3", 3)]
    [InlineData("content-LENGTH:3", 3)]
    [InlineData("l: 3", 3)]
    [InlineData("L : 3", 3)]
    [InlineData("Content-Length\t : \t3  ", 3)]
    [InlineData("Content-Length:\r\n 3", 3)]
    [InlineData("Content-Length: 3\r\n ", 3)]
    [InlineData("Content-Length\r\n : 3", 3)]
    [InlineData("Content-Length: 0000000000000000003", 3)]
    [InlineData("Content-Length: 3\r\nl: 3", 3)]
    [InlineData("Content-Length: 0", 0)]
    [InlineData("Subject: Content-Length: 5\r\nLx: 7\r\nContent-Length-X: 8\r\nContent-Length: 3", 3)]
    [InlineData("Subject: a\r\n Content-Length: 5\r\nContent-Length: 3", 3)]
    [InlineData("NoColon\r\nContent-Length: 3", 3)]
    public void Frame_ContentLengthInEverySpelling_IsRead(string field, int expected)
    {
        var result = Frame(Start + field + "\r\n\r\nabc");

        result.Should().Be(FramingResult.Complete(Start.Length + field.Length + 4, expected));
    }

    [Theory]
    [InlineData("five", FramingReasons.ContentLengthInvalid)]
    [InlineData("+5", FramingReasons.ContentLengthInvalid)]
    [InlineData("-1", FramingReasons.ContentLengthInvalid)]
    [InlineData("5,5", FramingReasons.ContentLengthInvalid)]
    [InlineData("5 5", FramingReasons.ContentLengthInvalid)]
    [InlineData("5\r\n 5", FramingReasons.ContentLengthInvalid)]
    [InlineData("0x5", FramingReasons.ContentLengthInvalid)]
    [InlineData("5;a=b", FramingReasons.ContentLengthInvalid)]
    [InlineData("\u00b2", FramingReasons.ContentLengthInvalid)]
    [InlineData("", FramingReasons.ContentLengthInvalid)]
    [InlineData("  ", FramingReasons.ContentLengthInvalid)]
    [InlineData("5\r\nContent-Length: 6", FramingReasons.ContentLengthConflict)]
    [InlineData("5\r\nl: 6", FramingReasons.ContentLengthConflict)]
    [InlineData("2147483648\r\nl: 6", FramingReasons.ContentLengthConflict)]
    public void Class01_ContentLengthWrong_IsMalformed(string value, string reason)
    {
        var text = $"{Start}Content-Length: {value}\r\n\r\n12345";

        Frame(text).Should().Match<FramingResult>(result => result.Status == FramingStatus.Malformed && result.Reason == reason);
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("4294967295")]
    [InlineData("4294967299")]
    [InlineData("18446744073709551619")]
    [InlineData("1000000000000000000000000000000")]
    [InlineData("262144")]
    public void Class02_ContentLengthOverTheLimit_IsTooLargeBeforeTheBody(string value)
    {
        var text = $"{Start}Content-Length: {value}\r\n\r\n";

        var result = Frame(text);

        result.Should().Be(FramingResult.TooLarge(FramingReasons.MessageTooLarge, text.Length));
    }

    [Fact]
    public void Class02_MessageOfExactlyTheLimit_IsTaken()
    {
        var text = Start + "l: 10\r\n\r\n0123456789";
        var limits = new SipMessageLimits { MaxMessageSize = text.Length };

        Frame(text, limits).Status.Should().Be(FramingStatus.Complete);
        Frame(text, limits with { MaxMessageSize = text.Length - 1 }).Status.Should().Be(FramingStatus.TooLarge);
    }

    [Fact]
    public void Class03_HeaderSectionOfExactlyTheLimit_IsTaken()
    {
        var text = Start + "l: 0\r\n\r\n";
        var limits = new SipMessageLimits { MaxHeaderSectionSize = text.Length };

        Frame(text, limits).Status.Should().Be(FramingStatus.Complete);
        Frame(text, limits with { MaxHeaderSectionSize = text.Length - 1 }).Should().Be(FramingResult.TooLarge(FramingReasons.HeaderTooLarge));
    }

    [Theory]
    [InlineData("X: y\r\n")]
    [InlineData("x")]
    [InlineData(" \r\n x\r\n")]
    [InlineData("l: 5\r\n")]
    public void Class03_EndlessHeaderSection_IsTooLarge(string piece)
    {
        var text = Start + "A: b\r\n" + string.Concat(Enumerable.Repeat(piece, 66_000 / piece.Length));

        Frame(text).Should().Be(FramingResult.TooLarge(FramingReasons.HeaderTooLarge));
    }

    [Fact]
    public void Class03_HeaderSectionTrickled_IsLookedAtOnce()
    {
        var octets = Latin1(Start + "Subject: " + new string('a', 60_000) + "\r\nl: 0\r\n\r\n");
        var progress = default(FramingProgress);
        var result = default(FramingResult);

        for (var length = 1; length <= octets.Length; length++)
        {
            var before = progress.Scanned;
            result = MessageFraming.Frame(octets.AsSpan(0, length), SipMessageLimits.Default, ref progress);
            before.Should().BeGreaterThanOrEqualTo(length - 2, "only the new octet and a CR before it are read");
            progress.Scanned.Should().BeLessThanOrEqualTo(length);
        }

        result.Should().Be(FramingResult.Complete(octets.Length, 0));
    }

    [Fact]
    public void Class06_BodyWithBlankLinesAndMessagesInIt_IsTakenByLengthOnly()
    {
        const string Body = "\r\n\r\nINVITE sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n\n\r";
        var text = $"{Start}Content-Length: {Body.Length}\r\n\r\n{Body}BYE sip:a SIP/2.0\r\n";

        Frame(text).BodyLength.Should().Be(Body.Length);
    }

    [Fact]
    public void Class06_CutAtEveryOctet_GivesTheSameResult()
    {
        var octets = Latin1($"{Start}Subject: a\r\n b\r\nL :\r\n 4\r\n\r\n\r\n\r\nNEXT");
        var whole = Frame(octets, SipMessageLimits.Default);

        for (var cut = 0; cut <= octets.Length; cut++)
        {
            var progress = default(FramingProgress);
            var first = MessageFraming.Frame(octets.AsSpan(0, cut), SipMessageLimits.Default, ref progress);
            var second = MessageFraming.Frame(octets, SipMessageLimits.Default, ref progress);

            second.Should().Be(whole);
            (first.Status == FramingStatus.Complete).Should().Be(cut >= whole.Length);
        }
    }

    [Fact]
    public void Class06_AnyChunking_GivesTheSameResult()
    {
        // Lines that matter to framing in any order, so that right and wrong messages both come up.
        var line = Gen.Elements(
            "X: y\r\n", "l: 3\r\n", "l: 4\r\n", "Content-Length: 3\r\n", " folded\r\n", "\t\r\n", "\r\n", "\n", "\r", "abc", "Content-Length:\r\n", " 3\r\n", "l: -1\r\n", "l: 99999999999\r\n");
        var lines = Gen.ListOf(line, 8).Select(pieces => Start + string.Concat(pieces) + "l: 3\r\n\r\nabc");
        var chunks = Gen.NonEmptyListOf(Gen.Choose(1, 12));
        var limits = new SipMessageLimits { MaxHeaderSectionSize = 90, MaxMessageSize = 100 };

        Prop.ForAll(Arb.From(lines), Arb.From(chunks), (text, sizes) =>
        {
            var octets = Latin1(text);
            var whole = Frame(octets, limits);
            var progress = default(FramingProgress);
            var chunked = default(FramingResult);
            var length = 0;
            for (var i = 0; chunked.Status == FramingStatus.NeedMore && length < octets.Length; i++)
            {
                length = Math.Min(octets.Length, length + sizes[i % sizes.Count]);
                chunked = MessageFraming.Frame(octets.AsSpan(0, length), limits, ref progress);
            }

            return (chunked == whole).Label($"whole {whole}, chunked {chunked}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData("X: y\nZ: a\r\nl: 0\r\n\r\n", FramingReasons.BareLineFeed)]
    [InlineData("X: y\r\n\nl: 0\r\n\r\n", FramingReasons.BareLineFeed)]
    [InlineData("l: 0\r\n\n", FramingReasons.BareLineFeed)]
    [InlineData("X: y\rZ: a\r\nl: 0\r\n\r\n", FramingReasons.BareCarriageReturn)]
    [InlineData("X: y\r\r\nl: 0\r\n\r\n", FramingReasons.BareCarriageReturn)]
    [InlineData("l: 0\r\n\r\r\n", FramingReasons.BareCarriageReturn)]
    [InlineData("l: 0\r\n\rX", FramingReasons.BareCarriageReturn)]
    public void Class08_BareLineEndInTheHeaderSection_IsMalformed(string rest, string reason)
    {
        Frame(Start + rest).Should().Be(FramingResult.Malformed(reason));
    }

    [Theory]
    [InlineData("OPTIONS sip:a SIP/2.0\n")]
    [InlineData("OPTIONS sip:a SIP/2.0\n\n")]
    public void Class08_BareLineFeedAfterTheStartLine_IsMalformedAtOnce(string text) =>
        Frame(text).Should().Be(FramingResult.Malformed(FramingReasons.BareLineFeed));

    [Fact]
    public void Class09_FoldBeforeAnyHeader_IsMalformed() =>
        Frame(Start + " X: y\r\nl: 0\r\n\r\n").Should().Be(FramingResult.Malformed(FramingReasons.FoldBeforeHeader));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    [InlineData("\u0000\u0001\u0000\u0000!\u0012\u00a4B")]
    [InlineData("\u0080\u0060\u0000")]
    [InlineData("{\"jsonrpc\":\"2.0\"}")]
    [InlineData("<?xml version='1.0'?>")]
    [InlineData(" OPTIONS sip:a SIP/2.0\r\n")]
    [InlineData("hello\r\n")]
    public void Class12_NotSip_IsMalformedAtOnce(string text)
    {
        Frame(text).Should().Be(FramingResult.Malformed(FramingReasons.NotSip));
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK\r\n")]
    [InlineData("sip/2.0 200 OK\r\n")]
    [InlineData("INVITE sip:a SIP/7.0\r\n")]
    [InlineData("INVITE sip:a;x=/ sip/2.0\r\n")]
    [InlineData("!interesting-Method0123456789_*+`.%indeed'~ sip:1 SIP/2.0\r\n")]
    public void Frame_AnyVersionAndToken_IsLeftToTheParser(string start) =>
        Frame(start + "l: 0\r\n\r\n").Status.Should().Be(FramingStatus.Complete);

    [Fact]
    public void Frame_ContentLengthMissingOnAStream_IsMalformed() =>
        Frame(Start + "X: y\r\n\r\n").Should().Be(FramingResult.Malformed(FramingReasons.ContentLengthMissing, Start.Length + 8));

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("\r", 0, 0)]
    [InlineData("\r\n", 2, 0)]
    [InlineData("\r\n\r", 2, 0)]
    [InlineData("\r\n\r\n", 4, 1)]
    [InlineData("\r\n\r\n\r\n\r\n\r\n", 10, 2)]
    [InlineData("\r\n\r\nINVITE", 4, 1)]
    [InlineData("\nINVITE", 0, 0)]
    public void Class07_LineBreaksBeforeAMessage_AreSkippedAndPaired(string text, int skipped, int pings)
    {
        var half = false;

        MessageFraming.SkipLineBreaks(Latin1(text), ref half, out var counted).Should().Be(skipped);
        counted.Should().Be(pings);
    }

    [Fact]
    public void Class07_PingInPieces_IsCountedOnce()
    {
        var half = false;

        MessageFraming.SkipLineBreaks("\r\n"u8, ref half, out var first);
        MessageFraming.SkipLineBreaks("\r\n"u8, ref half, out var second);

        (first + second).Should().Be(1);
        half.Should().BeFalse();
    }

    private static FramingResult Frame(string text, SipMessageLimits? limits = null) => Frame(Latin1(text), limits ?? SipMessageLimits.Default);

    private static FramingResult Frame(byte[] octets, SipMessageLimits limits)
    {
        var progress = default(FramingProgress);
        return MessageFraming.Frame(octets, limits, ref progress);
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
