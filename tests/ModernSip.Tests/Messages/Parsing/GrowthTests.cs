using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Hostile shapes cost time in proportion to their size: one text of eight times the size against eight of the single size.</summary>
public sealed class GrowthTests
{
    private const int Factor = 8;
    private const int Size = 7_500; // Factor times it is nearly the longest field there can be

    private static readonly SipMessageLimits Wide = new() { MaxHeaderLength = 65_000, MaxHeaderCount = 200_000, MaxHeaderSectionSize = 2 << 20, MaxMessageSize = 4 << 20, MaxViaCount = 200_000, MaxParameterCount = 200_000 };

    private static readonly Dictionary<string, Func<int, string>> Lines = new(StringComparer.Ordinal)
    {
        ["parameters"] = static size => "Contact: <sip:a@b>" + Repeat(";p", size),
        ["uri parameters"] = static size => "Contact: <sip:a@b" + Repeat(";p", size) + ">",
        ["uri escapes"] = static size => "Contact: <sip:" + Repeat("%41", size) + "@b>",
        ["comma list"] = static size => "Contact: <sip:a@b>" + Repeat(",<sip:a@b>", size),
        ["empty list members"] = static size => "Supported: " + Repeat(",", size),
        ["open brackets"] = static size => "Contact: " + Repeat("<", size),
        ["open brackets in a list"] = static size => "Accept: " + Repeat("a,<", size),
        ["open quotes"] = static size => "Accept: " + Repeat("\"\\", size),
        ["quotes"] = static size => "Contact: <sip:a@b>" + Repeat(";p=\"\\\"\"", size),
        ["comments"] = static size => "Retry-After: 1 " + Repeat("(", size / 2) + Repeat(")", size / 2),
        ["open comments"] = static size => "Retry-After: 1 " + Repeat("(", size),
        ["folds"] = static size => "Subject: a" + Repeat("\r\n ", size),
        ["vias"] = static size => "Via: SIP/2.0/UDP h" + Repeat(",SIP/2.0/UDP h", size),
        ["blanks"] = static size => "Via: SIP/2.0/UDP h" + Repeat(" ", size) + ";a=b",
        ["blanks between parameters"] = static size => "Contact: <sip:a@b>" + Repeat(" ; p = q ", size),
        ["challenge"] = static size => "WWW-Authenticate: Digest realm=\"" + Repeat(",", size / 2) + "\"" + Repeat(",a=b", size / 2),
        ["display name"] = static size => "Contact: " + Repeat("a ", size) + "<sip:a@b>",
        ["digits"] = static size => "Expires: " + Repeat("9", size),
        ["colons"] = static size => "Contact: <sip:[" + Repeat(":", size) + "]>",
        ["header fields"] = static size => Repeat("X:\r\n", size * 2) + "Y: 1",
        ["known header fields"] = static size => Repeat("m:<sip:a@b>\r\n", size) + "Y: 1",
    };

    // What a value may be made of again and again, and what stands before it so that the reader gets that far.
    private static readonly string[] Pieces = [";p", ";p=\"\\\"\"", ",", ", a", "(", "()", "<", "\"\\", "%41", " ", "9", "a=b,", ":", "[", "@", "\r\n ", "."];
    private static readonly string[] Heads = ["", "x", "1 ", "<sip:a@b>", "sip:", "Digest a=", "SIP/2.0/UDP h", "a@b;to-tag=1;from-tag=2", "a/b"];

    public static TheoryData<string> Shapes => [.. Lines.Keys];

    public static TheoryData<string> Names => [.. SipHeaderNames.All.Select(static name => name.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Class25_HostileValueOfAnyKnownField_IsReadInLinearTime(string name)
    {
        var header = SipHeaderNames.All.Single(header => header.Name == name);
        foreach (var (head, piece) in Heads.SelectMany(static head => Pieces, static (head, piece) => (head, piece)))
        {
            var single = Field(name, head + Repeat(piece, Size / 2));
            var eightfold = Field(name, head + Repeat(piece, Size / 2 * Factor));
            AssertLinear(() => Survival.Read(header, single), () => Survival.Read(header, eightfold), $"{name}: {head} and {piece} again and again", repeats: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Class25_HostileShape_IsParsedInLinearTime(string shape)
    {
        var single = Wire.Options(Lines[shape](Size));
        var eightfold = Wire.Options(Lines[shape](Size * Factor));

        AssertLinear(() => Read(single), () => Read(eightfold));
    }

    [Fact]
    public void Class25_UrisOfManyParametersAndHeaders_AreComparedInLinearTime()
    {
        static string Numbered(string separator, int size) => string.Concat(Enumerable.Range(0, size / 9).Select(i => $"{separator}x{i:D5}=1"));
        var single = (SipUri.Parse("sip:b" + Numbered(";", Size / 2) + "?a=1" + Numbered("&", Size / 2)), SipUri.Parse("sip:b" + Numbered(";", Size / 2) + "?a=1" + Numbered("&", Size / 2)));
        var eightfold = (SipUri.Parse("sip:b" + Numbered(";", Size * Factor / 2) + "?a=1" + Numbered("&", Size * Factor / 2)), SipUri.Parse("sip:b" + Numbered(";", Size * Factor / 2) + "?a=1" + Numbered("&", Size * Factor / 2)));

        single.Item1.Equals(single.Item2).Should().BeTrue();
        AssertLinear(() => single.Item1.Equals(single.Item2), () => eightfold.Item1.Equals(eightfold.Item2));
    }

    [Fact]
    public void Class25_HostileHeaderSetOfOneMebibyte_IsReadInUnder50Milliseconds()
    {
        var octets = Wire.Options([.. Enumerable.Range(0, 16).Select(static i => i % 2 == 0 ? "Contact: <sip:a@b>" + Repeat(";p", 64_000) : "X: " + Repeat("\"<,(", 64_000))]);

        octets.Length.Should().BeGreaterThan(1_000_000);
        Enumerable.Range(0, 40).Min(_ => Measure(() => MessageParser.Parse(octets, Wide), 1)).Should().BeLessThan(TimeSpan.FromMilliseconds(50));
    }

    private static void Read(byte[] octets)
    {
        if (MessageParser.Parse(octets, Wide).Message is not { } message) return;
        _ = message.Headers.GetAll(SipHeaderNames.Contact);
        _ = message.Headers.GetAll(SipHeaderNames.Via);
        _ = message.Headers.GetAll(SipHeaderNames.Accept);
        _ = message.Headers.GetAll(SipHeaderNames.Supported);
        _ = message.Headers.Get(SipHeaderNames.RetryAfter);
        _ = message.Headers.Get(SipHeaderNames.WwwAuthenticate)?["absent"];
        _ = message.Headers.Get(SipHeaderNames.Subject);
        _ = message.Headers.Expires;
        _ = message.Headers.Contact?.Uri.Parameters["absent"];
        _ = message.Headers.Contact?.DisplayName;
        message.ToOctets();
    }

    private static void AssertLinear(Action single, Action eightfold, string what = "", int repeats = 5)
    {
        var best = double.MaxValue;
        for (var attempt = 0; attempt < 10 && best > 3; attempt++)
        {
            var small = Enumerable.Range(0, 5).Min(_ => Measure(single, repeats * Factor));
            var large = Enumerable.Range(0, 5).Min(_ => Measure(eightfold, repeats));
            best = Math.Min(best, large / small);
        }

        // Linear is about 1, quadratic about 8.
        best.Should().BeLessThan(4, "{0}", what);
    }

    /// <summary>One field as it comes off the wire; only there may a value be folded.</summary>
    private static SipHeaders Field(string name, string value)
    {
        MessageParser.ParseFields(Encoding.UTF8.GetBytes($"{name}: {value}\r\n"), Wide, out var headers).Should().BeNull();
        return headers;
    }

    private static TimeSpan Measure(Action action, int repeats)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < repeats; i++) action();
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static string Repeat(string part, int size) => new StringBuilder().Insert(0, part, size / part.Length).ToString();
}
