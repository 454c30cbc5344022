using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages;

/// <summary>What holds for URIs, addresses and parameters of any content.</summary>
public sealed class ValueProperties
{
    private const string Plain = "abcXYZ019-_.!~*'()";

    private static readonly Gen<string> AnyText = ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(static text => Printable(text.Get));
    private static readonly Gen<string> Word = Characters(Plain, 1, 8);
    private static readonly Gen<(string Name, string Value)> Parameter = from name in Characters("pqrs", 2, 4) from value in Word select (name, value);

    private static readonly Gen<Parts> Uris =
        from scheme in Gen.Elements("sip", "sips")
        from user in Characters(Plain + "&=+$,;?/", 1, 10)
        from host in Gen.Elements("example.com", "a-b.c", "192.0.2.1", "[2001:db8::1]")
        from port in Gen.Elements("", ":5060", ":65535")
        from parameters in Parameter.ArrayOf()
        from headers in Parameter.ArrayOf()
        select new Parts(scheme, user, host, port, [.. parameters.DistinctBy(static one => one.Name).Take(5)], [.. headers.Take(4)]);

    [Fact]
    public void Equals_UriInAnotherSpelling_IsTheSame()
    {
        var pairs = from parts in Uris from seed in Gen.Choose(0, int.MaxValue) select (parts, seed);
        Prop.ForAll(pairs.ToArbitrary(), static pair =>
        {
            var one = SipUri.Parse(pair.parts.ToString());
            var other = SipUri.Parse(pair.parts.Respelled(new Random(pair.seed)));
            one.Should().Be(other, "{0} is {1}", one, other);
            other.Should().Be(one);
            return one.GetHashCode() == other.GetHashCode();
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Equals_UriWithOnePartChanged_IsAnother()
    {
        Prop.ForAll(Uris.ToArbitrary(), static parts =>
        {
            var uri = SipUri.Parse(parts.ToString());
            string[] others =
            [
                (parts with { Scheme = parts.Scheme == "sip" ? "sips" : "sip" }).ToString(), (parts with { User = parts.User + "x" }).ToString(), (parts with { User = Swapped(parts.User) + "0" }).ToString(),
                (parts with { Host = "other.example" }).ToString(), (parts with { Port = ":1" }).ToString(), (parts with { Parameters = [.. parts.Parameters, ("transport", "tcp")] }).ToString(),
                (parts with { Parameters = [.. parts.Parameters, ("maddr", "h")] }).ToString(), (parts with { Headers = [.. parts.Headers, ("x", "y")] }).ToString(),
            ];
            foreach (var other in others) uri.Should().NotBe(SipUri.Parse(other), "{0} is not {1}", uri, other);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Class27_QuotedParameterOfAnyText_ComesBack() =>
        Prop.ForAll(AnyText.ToArbitrary(), static text =>
        {
            string?[] read =
            [
                Again(SipHeaderNames.Contact, new SipNameAddress("sip:a@b", text.Length == 0 ? null : text).WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.Event, new SipTokenValue("e").WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.Via, new SipVia("UDP", "h").WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.ContentType, SipMediaType.Parse("a/b").WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.CallInfo, new SipBracketedUri("http://h").WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.Privacy, new SipParameterList("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.TargetDialog, new SipCallIdValue("c").WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.MinSE, new SipSecondsValue(1).WithParameter("x", text), static value => value.Parameters["x"]),
                Again(SipHeaderNames.Authorization, new SipAuthenticationValue("Digest", [("x", text, true)]), static value => value["x"]),
                Again(SipHeaderNames.Warning, new SipWarning(399, "h", text), static value => value.Explanation),
            ];
            read.Should().AllBe(text);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Class27_DisplayNameOfAnyText_ComesBack() =>
        Prop.ForAll(AnyText.ToArbitrary(), static text =>
            text.Length == 0 || Again(SipHeaderNames.From, new SipNameAddress(SipUri.Create("h", text), text).WithTag("t"), static value => value.DisplayName + value.Uri.User + value.Tag) == text + text + "t").QuickCheckThrowOnFailure();

    [Fact]
    public void Write_AnyBodyAndDeclaredLength_SaysTheLengthOfTheBody()
    {
        var bodies = from body in ArbMap.Default.ArbFor<byte[]>().Generator from declared in Gen.Elements("0", "7", "99999") from isCompact in Gen.Elements(true, false) select (body, declared, isCompact);
        Prop.ForAll(bodies.ToArbitrary(), static sample =>
        {
            var request = Wire.ParseRequest();
            request.Headers[sample.isCompact ? "l" : "Content-Length"] = sample.declared;
            request.Content = new SipContent("application/octet-stream", sample.body);
            var again = Wire.Parse(request.ToOctets());
            return again.Body.Span.SequenceEqual(sample.body) && again.Headers.GetValues("Content-Length").Single() == sample.body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }).QuickCheckThrowOnFailure();
    }

    private static string? Again<T>(SipHeaderName<T> name, T value, Func<T, string?> part)
        where T : SipHeaderValue
    {
        var request = Wire.ParseRequest();
        request.Headers.Set(name, value);
        var again = Wire.Parse(request.ToOctets()).Headers.GetAll(name);
        again.Should().ContainSingle("{0} is one value", value);
        return part(again[0]);
    }

    // What may stand in a quoted string as text: anything but line breaks and NUL, in whole characters.
    private static string Printable(string text) =>
        string.Concat(text.EnumerateRunes().Where(static rune => rune.Value is not ('\r' or '\n' or 0) && rune != Rune.ReplacementChar)).Trim(' ', '\t');

    private static string Swapped(string text) => string.Concat(text.Select(static letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)));

    private static Gen<string> Characters(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.Elements(alphabet.ToCharArray()).ArrayOf(length)
        select new string(characters);

    private sealed record Parts(string Scheme, string User, string Host, string Port, (string Name, string Value)[] Parameters, (string Name, string Value)[] Headers)
    {
        public override string ToString() => Join(Scheme, User, Host, Parameters.Select(static one => $";{one.Name}={one.Value}"), Headers.Select(static one => $"{one.Name}={one.Value}"));

        /// <summary>The same URI in another spelling (RFC 3261 §19.1.4): case where it does not count, escapes, order, a parameter that only one side has.</summary>
        public string Respelled(Random random)
        {
            var parameters = Parameters.Select(one => $";{Case(one.Name, random)}={Case(Escaped(one.Value, random), random)}").ToArray();
            var headers = Headers.Select(one => $"{Case(one.Name, random)}={Escaped(one.Value, random)}").ToArray();
            random.Shuffle(parameters);
            random.Shuffle(headers);
            IEnumerable<string> more = random.Next(2) == 0 ? [";onlyhere", .. parameters] : parameters;
            return Join(Case(Scheme, random), Escaped(User, random), Case(Host.Replace("2001:db8::1", "2001:0db8:0:0::1", StringComparison.Ordinal), random), more, headers);
        }

        private string Join(string scheme, string user, string host, IEnumerable<string> parameters, IEnumerable<string> headers)
        {
            var query = string.Join('&', headers);
            return $"{scheme}:{user}@{host}{Port}{string.Concat(parameters)}{(query.Length > 0 ? "?" : "")}{query}";
        }

        private static string Case(string text, Random random) => string.Concat(text.Select(letter => random.Next(2) == 0 ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)));

        private static string Escaped(string text, Random random) =>
            string.Concat(text.Select(letter => Plain.Contains(letter, StringComparison.Ordinal) && random.Next(3) == 0 ? $"%{(int)letter:x2}" : $"{letter}"));
    }
}
