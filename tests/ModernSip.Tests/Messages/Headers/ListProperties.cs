using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Headers;

/// <summary>Comma lists, folds and spellings of names, with every header field that the library knows.</summary>
public sealed class ListProperties
{
    private static readonly Gen<string> Blanks = Gen.Elements("", " ", "\t", " \r\n ", "\r\n\t");

    // Commas where they separate nothing, in the shapes that the fields have.
    private static readonly Dictionary<Type, string[]> Tricky = new()
    {
        [typeof(SipVia)] = ["SIP/2.0/UDP h;x=\",\"", "SIP / 2.0 / TCP [::1] : 1 ;branch=z9hG4bK1", "SIP/2.0/UDP h;x=\"\\\",\\\\\""],
        [typeof(SipNameAddress)] = ["\"a, \\\"b\" <sip:a,b@c>;x=\",\"", "<sip:a,b@c?d=e>", "\"<\" <sip:a@b>", "\">,<\" <tel:1>;tag=x", "sip:a@b;x=\"<,\""],
        [typeof(SipTokenValue)] = ["*;a=\"<one, two>\";b", "*;x=\"\\\",\""],
        [typeof(SipMediaType)] = ["a/b;c=\",\"", "*/*;q=0.1"],
        [typeof(SipBracketedUri)] = ["<http://h/a,b>;x=\",\"", "<sip:a@b>"],
        [typeof(SipWarning)] = ["399 h \"a, \\\"b\\\", <c\"", "301 h:1 \"\""],
        [typeof(SipParameterList)] = ["ccf=\"a,b\";ecf=\"<\"", "x"],
    };

    public static TheoryData<string> Lists => [.. SipHeaderNames.All.Where(static name => name.IsList).Select(static name => name.Name)];

    public static TheoryData<string> Compact => [.. SipHeaderNames.All.Where(static name => name.CompactForm is not null).Select(static name => name.Name)];

    [Theory]
    [MemberData(nameof(Lists))]
    public void GetAll_ValuesJoinedByCommas_AreTheValues(string name)
    {
        var header = SipHeaderNames.All.Single(header => header.Name == name);
        var samples = Samples(header);
        var lists =
            from count in Gen.Choose(1, 6)
            from values in Gen.Elements(samples).ArrayOf(count)
            from before in Blanks
            from after in Blanks
            select (values, text: string.Join(before + "," + after, values));

        Prop.ForAll(lists.ToArbitrary(), list =>
        {
            var headers = Wire.ParseRequest($"{name}: {list.text}", "Subject: s").Headers;
            Read(header, headers).Should().Equal(list.values, "of {0}", list.text);
            return headers["Subject"] == "s";
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void GetAll_InReplyToOfWordsWithQuotesAndBrackets_SplitsAtEveryComma() =>
        Wire.ParseRequest("In-Reply-To: a<b@c, d\"e ,f>@g\"").Headers.GetAll(SipHeaderNames.InReplyTo).Should().Equal("a<b@c", "d\"e", "f>@g\"");

    [Fact]
    public void Get_ValueWithFolds_IsTheValueWithBlanks()
    {
        var texts =
            from words in Gen.Elements("a", "\"b", "c\"", "<d>", ",", ";", "é", "x=1").ArrayOf()
            where words.Length > 0
            from folds in Gen.Elements(" ", "\r\n ", " \r\n\t", "\r\n  \r\n ", "\t\r\n ").ArrayOf(words.Length - 1)
            select (words, text: words[0] + string.Concat(words.Skip(1).Zip(folds, static (word, fold) => fold + word)));

        Prop.ForAll(texts.ToArbitrary(), static text =>
        {
            var request = Wire.ParseRequest($"X-Folded: {text.text}");
            var plain = text.text.Contains("\r\n", StringComparison.Ordinal) ? Unfolded(text.text) : text.text;
            return request.Headers["x-folded"] == plain && ((SipRequest)Wire.Parse(request.ToOctets())).Headers["X-FOLDED"] == plain;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Compact))]
    public void Find_AnySpellingOfTheName_IsTheSameField(string name)
    {
        var header = SipHeaderNames.All.Single(header => header.Name == name);
        var spellings =
            from letters in Gen.Elements(true, false).ArrayOf(name.Length)
            from isCompact in Gen.Elements(true, false)
            from blanks in Gen.Elements("", " ", "\t ", "  ")
            let spelled = isCompact ? $"{header.CompactForm}" : name
            select string.Concat(spelled.Select((letter, i) => letters[i] ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter))) + blanks;

        Prop.ForAll(spellings.ToArbitrary(), spelling =>
        {
            MessageParser.ParseFields(Encoding.ASCII.GetBytes($"{spelling}: v\r\nUnknown: y\r\n"), SipMessageLimits.Default, out var headers);
            return headers[name] == "v" && headers.Remove($"{header.CompactForm}") && headers.Count == 1;
        }).QuickCheckThrowOnFailure();
    }

    private static string[] Samples(SipHeaderName header)
    {
        var sample = HeaderTableTests.SampleOf(header.Name);
        var type = header.GetType().GetGenericArguments()[0];
        return [sample, .. Tricky.GetValueOrDefault(type, []).Where(text => header.IsWellFormed(Octets.Of(text)))];
    }

    private static IEnumerable<string> Read(SipHeaderName header, SipHeaders headers) => header switch
    {
        SipHeaderName<SipVia> name => Texts(name, headers),
        SipHeaderName<SipNameAddress> name => Texts(name, headers),
        SipHeaderName<SipTokenValue> name => Texts(name, headers),
        SipHeaderName<SipBracketedUri> name => Texts(name, headers),
        SipHeaderName<SipParameterList> name => Texts(name, headers),
        SipHeaderName<SipMediaType> name => Texts(name, headers),
        SipHeaderName<SipWarning> name => Texts(name, headers),
        SipHeaderName<SipUri> name => Texts(name, headers),
        SipHeaderName<SipMethod> name => Texts(name, headers),
        SipHeaderName<string> name => headers.GetAll(name),
        _ => throw new NotSupportedException($"Say here how the list {header} is read."),
    };

    private static IEnumerable<string> Texts<T>(SipHeaderName<T> name, SipHeaders headers)
        where T : notnull => headers.GetAll(name).Select(static value => value.ToString()!);

    /// <summary>RFC 3261 §7.3.1: a fold with the blanks around it is one space.</summary>
    private static string Unfolded(string text)
    {
        var plain = new StringBuilder();
        foreach (var piece in text.Split("\r\n"))
        {
            var trimmed = piece.TrimStart(' ', '\t');
            if (plain.Length == 0)
            {
                plain.Append(piece);
                continue;
            }

            while (plain.Length > 0 && plain[^1] is ' ' or '\t') plain.Length--;
            plain.Append(' ').Append(trimmed);
        }

        return plain.ToString().Trim(' ', '\t');
    }
}
