using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Reading, writing and reading again changes nothing, for messages made of random legal parts.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> Token = Characters("abcXYZ019-.!%*_+`'~", 1, 12);
    private static readonly Gen<string> Blanks = Gen.Elements("", " ", "\t", "  ", "\r\n ", " \r\n\t");
    private static readonly Gen<string> Quoted = Characters("abc \",\\;<>@é日", 0, 12).Select(static text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    private static readonly Gen<string> Host = Gen.OneOf(Characters("abc-.09", 1, 9), Gen.Elements("192.0.2.1", "[2001:db8::1]", "[::ffff:192.0.2.1]"));

    private static readonly Gen<string> Parameters = Gen.OneOf(
        Gen.Constant(""),
        from name in Token from before in Blanks from value in Gen.OneOf(Token, Quoted) from after in Blanks select $"{before};{after}x{name}={value}",
        from name in Token select $";x{name}");

    private static readonly Gen<string> Uri =
        from user in Characters("abc&=+$,;?/-_.!~*'()", 1, 9)
        from host in Host
        from port in Gen.Elements("", ":1", ":5060", ":65535")
        from rest in Gen.Elements("", ";lr", ";transport=tcp;%6Cr", "?a=b&c=%20")
        select $"sip:{user}@{host}{port}{rest}";

    private static readonly Gen<string> Address =
        from name in Gen.OneOf(Gen.Constant(""), Quoted, Token)
        from uri in Uri
        from parameters in Parameters
        select $"{name}<{uri}>{parameters}";

    private static readonly Gen<string> Line = Gen.OneOf(
        from address in Address from other in Address from blank in Blanks select $"Contact:{blank}{address},{other}",
        from address in Address from name in Gen.Elements("Route", "record-route", "m", "Reply-To", "r") select $"{name} : {address}",
        from host in Host from parameters in Parameters from blank in Blanks select $"v:{blank}SIP/2.0/UDP {host}{parameters}",
        from name in Token from text in Characters("abc ,;\"<>()é", 0, 20) from blank in Blanks select $"X-{name}:{blank}{text}",
        from token in Token from parameters in Parameters select $"Event: {token}{parameters}",
        from length in Gen.Choose(0, 10) select $"Subject: {new string('s', length)}");

    private static readonly Gen<byte[]> Message =
        from uri in Uri
        from lines in Line.ListOf()
        from body in Characters("ab\r\n\0é", 0, 40)
        from isResponse in Gen.Elements(true, false)
        from declared in Gen.Elements(true, false)
        select Wire.Message(
            isResponse ? "SIP/2.0 200 Réason" : $"OPTIONS {uri} SIP/2.0",
            body,
            declared ? [.. lines.Take(50), $"Content-Length: {Encoding.UTF8.GetByteCount(body)}"] : [.. lines.Take(50)]);

    [Fact]
    public void Parse_Written_IsTheSameMessage() =>
        Prop.ForAll(Message.ToArbitrary(), static octets =>
        {
            if (!SipMessage.TryParse(octets, out var first, out var error)) throw new InvalidOperationException($"{error}\n{Encoding.UTF8.GetString(octets)}");
            var written = first.ToOctets();
            var second = Wire.Parse(written);
            second.ToOctets().Should().Equal(written);
            second.Body.Span.SequenceEqual(first.Body.Span).Should().BeTrue();
            Fields(second).Should().Equal(Fields(first));
            second.Headers.GetAll(SipHeaderNames.Contact).Select(static value => value.ToString()).Should().Equal(first.Headers.GetAll(SipHeaderNames.Contact).Select(static value => value.ToString()));
            return Survival.Exercise(octets);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Class27_UriCreatedFromAnyUser_RoundTrips() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>(), static user =>
        {
            if (user.Get.Any(char.IsSurrogate)) return true;
            var uri = SipUri.Create("example.net", user.Get).WithParameter(user.Get, user.Get);
            var again = SipUri.Parse(uri.ToString());
            return again.User == user.Get && again.Parameters[user.Get] == user.Get && again == uri && again.GetHashCode() == uri.GetHashCode();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Class19_UriOfAnyText_IsRefusedOrKeptAsItIs() =>
        Prop.ForAll(Characters("sipstel:@;?&=%41[]./<>\" 0é\r\n\0", 0, 30).ToArbitrary(), static text =>
            !SipUri.TryParse(text, out var uri) || (uri.ToString() == text && uri == SipUri.Parse(text))).QuickCheckThrowOnFailure();

    private static IEnumerable<KeyValuePair<string, string>> Fields(SipMessage message) => message.Headers.Where(static field => field.Key != "Content-Length");

    private static Gen<string> Characters(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.Elements(alphabet.ToCharArray()).ArrayOf(length)
        select new string(characters);
}
