using ModernSip.Authentication;

namespace ModernSip.Tests.Authentication;

/// <summary>The worked examples of the RFCs.</summary>
public sealed class DigestFormulaTests
{
    private const string Nonce7616 = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private const string ClientNonce7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    [Theory] // RFC 2617 §3.5; the same numbers without qop, RFC 2069 §2.4 with its erratum 749
    [InlineData(true, "6629fae49393a05397450978507c4ef1")]
    [InlineData(false, "670fd8c2df070c60b045671b8b24ff02")]
    public void Response_ExampleOfRfc2617_GivesItsDigest(bool hasQop, string expected)
    {
        const string Nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
        var exchange = hasQop
            ? new DigestExchange(SipDigestAlgorithm.Md5, DigestProtection.Auth, Nonce, "0a4f113b", "00000001", "/dir/index.html")
            : new DigestExchange(SipDigestAlgorithm.Md5, DigestProtection.None, Nonce, "", "", "/dir/index.html");
        Respond(exchange, "Mufasa", "testrealm@host.com", "Circle Of Life").Should().Be(expected);
    }

    [Theory] // RFC 7616 §3.9.1
    [InlineData(SipDigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(SipDigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Response_ExampleOfRfc7616_GivesItsDigest(SipDigestAlgorithm algorithm, string expected)
    {
        var exchange = new DigestExchange(algorithm, DigestProtection.Auth, Nonce7616, ClientNonce7616, "00000001", "/dir/index.html");
        Respond(exchange, "Mufasa", "http-auth@example.org", "Circle of Life").Should().Be(expected);
    }

    [Fact] // RFC 7616 §3.9.2 with its erratum 4897: the printed values were made with another cut of SHA-512
    public void Response_ExampleWithSha512256AndUserHash_GivesTheCorrectedDigests()
    {
        var exchange = new DigestExchange(
            SipDigestAlgorithm.Sha512Slash256, DigestProtection.Auth, "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
            "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", "00000001", "/doe.json");
        Respond(exchange, "Jäsøn Doe", "api@example.org", "Secret, or not?").Should().Be("3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
        DigestFormula.UserHash(SipDigestAlgorithm.Sha512Slash256, "Jäsøn Doe", "api@example.org")
            .Should().Be("793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b");
    }

    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "ABC", true)]
    [InlineData("abc", "abd", false)]
    [InlineData("abc", "abcd", false)]
    [InlineData("abc", "", false)]
    public void AreEqual_TwoDigests_ComparesHexadecimalDigitsWithoutCase(string expected, string received, bool equal) =>
        DigestFormula.AreEqual(expected, received).Should().Be(equal);

    private static string Respond(DigestExchange exchange, string user, string realm, string password) =>
        DigestFormula.Response(exchange, DigestFormula.SecretHash(exchange.Algorithm, user, realm, password), "GET", default);
}
