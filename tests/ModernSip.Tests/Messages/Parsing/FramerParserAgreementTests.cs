using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Framer and parser agree on where a message ends: what one reads as a body, the other cannot read as the next message.</summary>
public sealed class FramerParserAgreementTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(4711)]
    public void Class08_MutatedMessages_EndWhereBothSay(int seed)
    {
        var compared = 0;
        foreach (var octets in MutationTests.Mutants(seed, 20_000))
        {
            var progress = default(FramingProgress);
            var half = false;
            var message = octets.AsSpan(MessageFraming.SkipLineBreaks(octets, ref half, out _));
            var framed = MessageFraming.Frame(message, SipMessageLimits.Default, ref progress);
            if (framed.Status != FramingStatus.Complete) continue;
            var whole = message[..(framed.HeaderLength + framed.BodyLength)];
            var parsed = MessageParser.Parse(whole, SipMessageLimits.Default);
            if (parsed.Error is not null) continue;
            compared++;
            parsed.Message!.Body.Length.Should().Be(framed.BodyLength, "of\n{0}", Encoding.Latin1.GetString(whole));
        }

        compared.Should().BeGreaterThan(100, "agreement over nothing proves nothing");
    }
}
