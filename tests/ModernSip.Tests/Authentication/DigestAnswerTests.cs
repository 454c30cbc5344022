using System.Globalization;
using ModernSip.Authentication;
using ModernSip.Messages;
using static ModernSip.Tests.Authentication.DigestParty;

namespace ModernSip.Tests.Authentication;

/// <summary>What the Authorization header field looks like.</summary>
[Trait("Req", "F5")]
public sealed class DigestAnswerTests
{
    [Fact]
    public void Authorize_WithQop_QuotesWhatTheRfcQuotes()
    {
        var party = WithPassword();
        var answer = Answer(party.Retry(Request(), Unauthorized(Digest("n1", "algorithm=SHA-256, qop=\"auth\", opaque=\"o\""))))!.ToString();
        answer.Should().MatchRegex(
            "^Digest username=\"alice\", realm=\"example.com\", nonce=\"n1\", uri=\"sip:example.com\", response=\"[0-9a-f]{64}\", "
            + "algorithm=SHA-256, cnonce=\"[0-9a-v]{26}\", qop=auth, nc=00000001, opaque=\"o\"$");
    }

    [Fact]
    public void Authorize_WithoutQopAndAlgorithm_WritesTheOldForm()
    {
        var party = WithPassword();
        var answer = Answer(party.Retry(Request(), Unauthorized(Digest("n1", "stale=false"))))!;
        answer.ToString().Should().MatchRegex("^Digest username=\"alice\", realm=\"example.com\", nonce=\"n1\", uri=\"sip:example.com\", response=\"[0-9a-f]{32}\"$");
        var exchange = new DigestExchange(SipDigestAlgorithm.Md5, DigestProtection.None, "n1", "", "", "sip:example.com");
        answer["response"].Should().Be(Expected(exchange, "REGISTER", ""));
    }

    [Theory] // as given, in the form without quotes
    [InlineData("algorithm=md5", "algorithm=md5")]
    [InlineData("algorithm=\"MD5\"", "algorithm=MD5")]
    [InlineData("algorithm=sha-256", "algorithm=sha-256")]
    public void Authorize_AlgorithmInAnySpelling_EchoesIt(string given, string echoed)
    {
        var party = WithPassword();
        Answer(party.Retry(Request(), Unauthorized(Digest("n1", given))))!.ToString().Should().EndWith(echoed);
    }

    [Theory]
    [InlineData("auth", "auth")]
    [InlineData("auth-int", "auth-int")]
    [InlineData("auth-int,auth", "auth")]
    [InlineData("auth, auth-int", "auth")]
    [InlineData(" AUTH ,x-other", "auth")]
    [InlineData("x-other,auth-int", "auth-int")]
    public void Authorize_QopList_ChoosesExactlyOneToken(string offered, string chosen)
    {
        var party = WithPassword();
        Answer(party.Retry(Request(), Unauthorized(Digest("n1", $"qop=\"{offered}\""))))!["qop"].Should().Be(chosen);
    }

    [Fact]
    public void Authorize_AuthInt_CoversTheRealBody()
    {
        var party = WithPassword();
        var answer = Answer(party.Retry(Request("MESSAGE", "sip:bob@example.com", "hällo"), Unauthorized(Digest("n1", "qop=\"auth-int\""))))!;
        DigestExchange.TryRead(answer, out var exchange).Should().BeTrue();
        exchange.Protection.Should().Be(DigestProtection.AuthInt);
        answer["response"].Should().Be(Expected(exchange, "MESSAGE", "hällo")).And.NotBe(Expected(exchange, "MESSAGE", ""));
    }

    [Theory]
    [InlineData("SHA-256", true)]
    [InlineData("SHA-512-256", true)]
    [InlineData("MD5", false)]
    public void Authorize_UserHashOffered_HidesTheNameWhereTheHashIsGood(string algorithm, bool isHidden)
    {
        var party = WithPassword();
        var answer = Answer(party.Retry(Request(), Unauthorized(Digest("n1", $"algorithm={algorithm}, qop=\"auth\", userhash=true"))))!;
        answer["userhash"].Should().Be(isHidden ? "true" : null);
        (answer["username"] == "alice").Should().Be(!isHidden);
        answer.ToString().Should().NotContain("userhash=\"");
    }

    [Fact]
    [Trait("Req", "F4")]
    public void Authorize_ManyRequests_RaisesTheCountAndChangesTheClientNonce()
    {
        var party = WithPassword();
        party.Examine(Request(), Unauthorized(Digest("n1")));
        var answers = Enumerable.Range(0, 20).Select(_ => Answer(party.Authorized(Request()))!).ToList();
        answers.Select(static answer => answer["nc"]).Should().Equal(Enumerable.Range(1, 20).Select(static count => count.ToString("x8", CultureInfo.InvariantCulture)));
        answers.Select(static answer => answer["cnonce"]).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    [Trait("Req", "F4")]
    public async Task Authorize_InParallel_NeverUsesACountTwice()
    {
        var party = WithPassword();
        party.Examine(Request(), Unauthorized(Digest("n1")));
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Select(_ => Answer(party.Authorized(Request()))!["nc"]).ToList()));
        var counts = (await Task.WhenAll(workers)).SelectMany(static list => list).ToList();
        counts.Should().OnlyHaveUniqueItems().And.HaveCount(4000);
        counts.Max().Should().Be("00000fa0");
    }

    [Fact]
    public async Task Examine_InParallelWithTheSameNonce_NeverCountsAnew()
    {
        var party = WithPassword();
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 200).Select(_ =>
        {
            party.Client.Examine(Request(), Unauthorized(Digest("n1")), party.Scope, new ChallengeHistory()).Should().BeOfType<ChallengeVerdict.Retry>();
            return Answer(party.Authorized(Request()))!["nc"];
        }).ToList()));
        (await Task.WhenAll(workers)).SelectMany(static list => list).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Authorize_Cancel_AddsNothing()
    {
        var party = WithPassword();
        party.Examine(Request("INVITE"), Unauthorized(Digest("n1")));
        Answer(party.Authorized(Request("CANCEL"))).Should().BeNull();
        Answer(party.Authorized(Request("INVITE")))!["nc"].Should().Be("00000001");
    }

    [Fact]
    public void Authorize_Ack_KeepsWhatTheInviteCarriedAndCountsNothing()
    {
        var party = WithPassword();
        var invite = party.Retry(Request("INVITE"), Unauthorized(Digest("n1")));
        var ack = Request("ACK");
        ack.Headers.Add("Authorization", Answer(invite)!.ToString());
        Answer(party.Authorized(ack))!.ToString().Should().Be(Answer(invite)!.ToString());
        Answer(party.Authorized(Request("BYE")))!["nc"].Should().Be("00000002");
    }

    [Fact]
    public void Authorize_AgainOnTheSameRequest_ReplacesTheEarlierAnswer()
    {
        var party = WithPassword();
        var first = party.Retry(Request(), Unauthorized(Digest("n1")));
        Answers(party.Authorized(first)).Should().ContainSingle().Which["nc"].Should().Be("00000002");
    }

    [Fact]
    public void Authorize_ApplicationsOwnEmptyAnswer_IsKeptUntilTheRealmIsKnown()
    {
        var party = WithPassword();
        var request = Request();
        request.Headers.Add("Authorization", "Digest username=\"alice@ims\", realm=\"example.com\", nonce=\"\", uri=\"sip:example.com\", response=\"\"");
        request.Headers.Add("Authorization", "Bearer token");
        var first = party.Authorized(request);
        Answers(first).Select(static value => value["username"] ?? value.Scheme).Should().Equal("alice@ims", "Bearer");
        var second = party.Retry(first, Unauthorized(Digest("n1")));
        Answers(second).Select(static value => value["username"] ?? value.Scheme).Should().Equal("Bearer", "alice");
    }

    [Fact] // the session hash holds the first client nonce: keeping it makes both readings of the RFC right
    public void Authorize_SessionAlgorithm_KeepsTheClientNonceOfTheSession()
    {
        var party = WithPassword();
        party.Examine(Request(), Unauthorized(Digest("n1", "algorithm=SHA-256-sess, qop=\"auth\"")));
        var answers = Enumerable.Range(0, 3).Select(_ => Answer(party.Authorized(Request()))!).ToList();
        answers.Select(static answer => answer["cnonce"]).Distinct().Should().ContainSingle();
        answers.Select(static answer => answer["response"]).Should().OnlyHaveUniqueItems();
    }

    private static string Expected(DigestExchange exchange, string method, string body) =>
        DigestFormula.Response(exchange, DigestFormula.SecretHash(exchange.Algorithm, "alice", Realm, "secret"), method, System.Text.Encoding.UTF8.GetBytes(body));
}
