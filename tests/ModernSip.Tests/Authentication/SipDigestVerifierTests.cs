using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using static ModernSip.Tests.Authentication.DigestParty;

namespace ModernSip.Tests.Authentication;

public sealed class SipDigestVerifierTests
{
    private readonly HandClock _clock = new();
    private readonly DigestParty _party = WithPassword();
    private readonly SipDigestVerifier _verifier;

    public SipDigestVerifierTests() => _verifier = new(Realm, _clock, SipRandom.Secure, new() { NonceLifetime = TimeSpan.FromMinutes(1) });

    [Fact]
    public void Challenge_SeveralAlgorithms_StandStrongestFirst()
    {
        var response = _verifier.Challenge(Request(), [SipDigestAlgorithm.Md5, SipDigestAlgorithm.Sha256Session, SipDigestAlgorithm.Sha512Slash256, SipDigestAlgorithm.Sha256]);
        response.Status.Should().Be(SipStatus.Unauthorized);
        var values = response.Headers.GetAll(SipHeaderNames.WwwAuthenticate);
        values.Select(static value => value["algorithm"]).Should().Equal("SHA-512-256", "SHA-256", "SHA-256-sess", "MD5");
        values.Select(static value => value["nonce"]).Should().OnlyHaveUniqueItems();
        values[0].ToString().Should().MatchRegex("^Digest realm=\"example.com\", nonce=\"[A-Za-z0-9_-]+\", algorithm=SHA-512-256, qop=\"auth\"$");
    }

    [Fact]
    public void Challenge_AsProxyAfterAStaleNonce_SaysSo()
    {
        var response = _verifier.Challenge(Request(), isProxy: true, isStale: true);
        response.Status.Should().Be(SipStatus.ProxyAuthenticationRequired);
        response.Headers.Get(SipHeaderNames.ProxyAuthenticate)!.ToString().Should().EndWith("stale=true");
        response.Headers.Contains("WWW-Authenticate").Should().BeFalse();
    }

    [Fact]
    public void Challenge_NothingToOffer_Throws()
    {
        var none = () => _verifier.Challenge(Request(), []);
        none.Should().Throw<ArgumentException>();
        var withoutQop = new SipDigestVerifier(Realm, _clock, SipRandom.Secure, new() { Protections = SipDigestProtections.None });
        var session = () => withoutQop.Challenge(Request(), [SipDigestAlgorithm.Md5Session]);
        session.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Verify_NonceTooOld_IsStaleAndTheClientAnswersAgain()
    {
        var request = Answered();
        _clock.Advance(TimeSpan.FromSeconds(61));
        Verify(request).Should().Be(SipDigestOutcome.Stale);
        var again = _party.Retry(request, _verifier.Challenge(request, isStale: true));
        Verify(again).Should().Be(SipDigestOutcome.Accepted);
    }

    [Fact]
    public void Verify_CountNotHigher_IsStale()
    {
        _party.Examine(Request(), _verifier.Challenge(Request()));
        var first = _party.Authorized(Request());
        var second = _party.Authorized(Request());
        Verify(second).Should().Be(SipDigestOutcome.Accepted);
        Verify(first).Should().Be(SipDigestOutcome.Stale);
        Verify(second).Should().Be(SipDigestOutcome.Stale);
    }

    [Fact]
    public async Task Verify_SameAnswerInParallel_IsAcceptedOnce()
    {
        var request = Answered();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Verify(request.Copy()))));
        outcomes.Count(static outcome => outcome is SipDigestOutcome.Accepted).Should().Be(1);
    }

    [Fact]
    public void Verify_NonceOfAnotherInstance_IsStaleNotAccepted()
    {
        var request = _party.Retry(Request(), new SipDigestVerifier(Realm, _clock, SipRandom.Secure).Challenge(Request()));
        Verify(request).Should().Be(SipDigestOutcome.Stale);
    }

    [Theory]
    [InlineData("")]
    [InlineData("n")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("ääääääääääääääääääääääääääääääääääääääääääääää")]
    public void Verify_ForgedNonce_IsNeverAccepted(string nonce)
    {
        var exchange = new DigestExchange(SipDigestAlgorithm.Sha256, DigestProtection.Auth, nonce, "c", "00000001", "sip:example.com");
        Verify(Forged(exchange)).Should().Be(SipDigestOutcome.Stale);
    }

    [Fact, Trait("Req", "F7")]
    public void Verify_NonceOfAStrongerAlgorithmAnsweredWithMd5_IsNeverAccepted()
    {
        var nonce = _verifier.Challenge(Request(), [SipDigestAlgorithm.Sha256]).Headers.Get(SipHeaderNames.WwwAuthenticate)!["nonce"]!;
        var exchange = new DigestExchange(SipDigestAlgorithm.Md5, DigestProtection.Auth, nonce, "c", "00000001", "sip:example.com");
        Verify(Forged(exchange)).Should().Be(SipDigestOutcome.Stale);
    }

    [Fact, Trait("Req", "F7")]
    public void Verify_ProtectionThatWasNotOffered_IsRejected()
    {
        var nonce = _verifier.Challenge(Request(), [SipDigestAlgorithm.Md5]).Headers.Get(SipHeaderNames.WwwAuthenticate)!["nonce"]!;
        Verify(Forged(new(SipDigestAlgorithm.Md5, DigestProtection.None, nonce, "", "", "sip:example.com"))).Should().Be(SipDigestOutcome.Rejected);
        Verify(Forged(new(SipDigestAlgorithm.Md5, DigestProtection.AuthInt, nonce, "c", "00000001", "sip:example.com"))).Should().Be(SipDigestOutcome.Rejected);
    }

    [Theory]
    [InlineData("sip:example.com", SipDigestOutcome.Accepted)]
    [InlineData("sip:EXAMPLE.com", SipDigestOutcome.Accepted)]
    [InlineData("sip:other.example", SipDigestOutcome.Rejected)]
    [InlineData("*", SipDigestOutcome.Rejected)]
    [InlineData("", SipDigestOutcome.Rejected)]
    public void Verify_UriParameter_MustMeanTheRequestUri(string uri, SipDigestOutcome expected)
    {
        var nonce = _verifier.Challenge(Request(), [SipDigestAlgorithm.Md5]).Headers.Get(SipHeaderNames.WwwAuthenticate)!["nonce"]!;
        Verify(Forged(new(SipDigestAlgorithm.Md5, DigestProtection.Auth, nonce, "c", "00000001", uri))).Should().Be(expected);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("00000000")]
    [InlineData("0000000g")]
    [InlineData("-0000001")]
    [InlineData("000000001")]
    [InlineData("ffffffffffffffff")]
    public void Verify_CountInAnotherForm_IsNotAccepted(string count)
    {
        var nonce = _verifier.Challenge(Request(), [SipDigestAlgorithm.Md5]).Headers.Get(SipHeaderNames.WwwAuthenticate)!["nonce"]!;
        Verify(Forged(new(SipDigestAlgorithm.Md5, DigestProtection.Auth, nonce, "c", count, "sip:example.com"))).Should().NotBe(SipDigestOutcome.Accepted);
    }

    [Fact]
    public void Verify_UnknownUserOrOtherRealmOrOtherMethod_IsNotAccepted()
    {
        var request = Answered();
        _verifier.Verify(request, static _ => null).Outcome.Should().Be(SipDigestOutcome.Rejected);
        new SipDigestVerifier("other", _clock, SipRandom.Secure).Verify(request, static _ => "secret").Outcome.Should().Be(SipDigestOutcome.Missing);
        _verifier.Verify(request, static _ => "secret", isProxy: true).Outcome.Should().Be(SipDigestOutcome.Missing);
        var other = Request("INVITE");
        other.Headers.Add("Authorization", Answer(request)!.ToString());
        Verify(other).Should().Be(SipDigestOutcome.Rejected);
        Verify(request).Should().Be(SipDigestOutcome.Accepted);
    }

    [Theory]
    [InlineData("Digest realm=\"example.com\", response=\"00\"")]
    [InlineData("Digest realm=\"example.com\", response=\"00\", username=\"alice\", nonce=\"n\", uri=\"sip:example.com\", algorithm=SHA-3")]
    [InlineData("Digest realm=\"example.com\", response=\"00\", username=\"alice\", nonce=\"n\", uri=\"sip:example.com\", qop=auth")]
    [InlineData("Digest realm=\"example.com\", response=\"00\", username=\"alice\", nonce=\"n\", uri=\"sip:example.com\", qop=\"auth,auth-int\", nc=00000001, cnonce=\"c\"")]
    [InlineData("Digest realm=\"example.com\", response=\"00\", username=\"alice\", nonce=\"n\", uri=\"sip:example.com\", userhash=true, qop=auth, nc=00000001, cnonce=\"c\"")]
    public void Verify_IncompleteAnswer_IsRejected(string answer)
    {
        var request = Request();
        request.Headers.Add("Authorization", answer);
        Verify(request).Should().Be(SipDigestOutcome.Rejected);
    }

    [Fact]
    public void Verify_MoreNoncesThanAreWatched_ForgetsTheOlderOnesWithoutLettingAReplayPass()
    {
        var verifier = new SipDigestVerifier(Realm, _clock, SipRandom.Secure, new() { MaxNonces = 10 });
        var requests = Enumerable.Range(0, 100).Select(_ => WithPassword().Retry(Request(), verifier.Challenge(Request()))).ToList();
        foreach (var request in requests) verifier.Verify(request, static _ => "secret").IsAccepted.Should().BeTrue();
        foreach (var request in requests) verifier.Verify(request, static _ => "secret").Outcome.Should().Be(SipDigestOutcome.Stale);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void TryAdvance_ManyNonces_WatchesNoMoreThanItsLimit(int limit)
    {
        var counts = new NonceCounts(limit);
        for (var number = 1; number <= 1000; number++)
        {
            counts.TryAdvance(number, 1).Should().BeTrue();
            counts.Size.Should().BeInRange(1, limit);
        }

        counts.TryAdvance(1000, 2).Should().BeTrue();
        var size = counts.Size;
        counts.TryAdvance(1, 2).Should().BeFalse();
        counts.Size.Should().Be(size, "a dropped nonce does not come back");
    }

    [Fact]
    public void Constructor_RealmThatBreaksTheLine_Throws()
    {
        var make = static () => new SipDigestVerifier("a\r\nX: y", TimeProvider.System, SipRandom.Secure);
        make.Should().Throw<ArgumentException>();
    }

    private static SipRequest Forged(DigestExchange exchange)
    {
        var response = DigestFormula.Response(exchange, DigestFormula.SecretHash(exchange.Algorithm, "alice", Realm, "secret"), "REGISTER", default);
        var parameters = new List<(string Name, string Value, bool IsQuoted)>
        {
            ("username", "alice", true), ("realm", Realm, true), ("nonce", exchange.Nonce, true), ("uri", exchange.Uri, true), ("response", response, true),
            ("algorithm", exchange.Algorithm.Name(), false),
        };
        if (exchange.Protection is not DigestProtection.None)
        {
            parameters.AddRange([("qop", exchange.Protection.Name(), false), ("cnonce", exchange.ClientNonce, true), ("nc", exchange.NonceCount, false)]);
        }

        var request = Request();
        request.Headers.Add(SipHeaderNames.Authorization, new SipAuthenticationValue("Digest", parameters));
        return request;
    }

    private SipRequest Answered() => _party.Retry(Request(), _verifier.Challenge(Request()));

    private SipDigestOutcome Verify(SipRequest request) => _verifier.Verify(request, static _ => "secret").Outcome;

    private sealed class HandClock : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
