using ModernSip.Messages;
using ModernSip.Tests.Messages.Parsing;

namespace ModernSip.Tests.Messages.Torture;

public sealed class TortureTests
{
    private static readonly TortureCase[] All = [.. Rfc4475Valid.Cases, .. Rfc4475Malformed.Cases, .. Rfc4475Semantics.Cases, .. Rfc5118Cases.Cases];

    public static TheoryData<string> Sections => [.. All.Select(static item => item.Section)];

    internal static IEnumerable<byte[]> Corpus => All.Select(static item => item.Octets);

    [Theory]
    [MemberData(nameof(Sections))]
    public void Parse_Message_GivesTheVerdict(string section)
    {
        var item = Find(section);

        var parsed = Wire.Read(item.Octets);

        parsed.Error?.SuggestedStatus?.Code.Should().Be(item.Status, "{0}", parsed.Error);
        if (item.Verdict != Verdict.Accepted)
        {
            parsed.Error.Should().NotBeNull();
            if (item.Verdict == Verdict.Rejected) ((SipRequest)parsed.Message!).CreateResponse(parsed.Error!.SuggestedStatus!.Value).ToOctets().Should().NotBeEmpty();
            else parsed.Error!.SuggestedStatus.Should().BeNull();
            return;
        }

        parsed.Error.Should().BeNull();
        item.Check(parsed.Message!);
        item.Check(Wire.Parse(parsed.Message!.ToOctets()));
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Parse_CutAtEveryOffset_NeverThrows(string section)
    {
        var octets = Find(section).Octets;
        for (var length = 0; length <= octets.Length; length++) Survival.Exercise(octets.AsSpan(0, length));
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Parse_OneOctetChanged_NeverThrows(string section)
    {
        var octets = Find(section).Octets.ToArray();
        for (var position = 0; position < octets.Length; position++)
        {
            foreach (var mask in new byte[] { 0x01, 0x20, 0x80 })
            {
                octets[position] ^= mask;
                Survival.Exercise(octets);
                octets[position] ^= mask;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Parse_TwoCopiesInOneDatagram_ReadsTheFirst(string section)
    {
        var item = Find(section);
        byte[] twice = [.. item.Octets, .. item.Octets];

        Survival.Exercise(twice);
        var parsed = Wire.Read(twice);
        if (item.Verdict == Verdict.Accepted && parsed.Message!.Headers.Contains("Content-Length")) item.Check(parsed.Message);
    }

    private static TortureCase Find(string section) => All.Single(item => item.Section == section);
}
