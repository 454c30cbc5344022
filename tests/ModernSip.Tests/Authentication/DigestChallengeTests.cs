using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;
using static ModernSip.Tests.Authentication.DigestParty;

namespace ModernSip.Tests.Authentication;

/// <summary>Which challenges are answered, with what, and for whom.</summary>
public sealed class DigestChallengeTests
{
    [Theory, Trait("Req", "F5")]
    [InlineData("MD5,SHA-256,SHA-512-256", "SHA-512-256")]
    [InlineData("SHA-512-256,SHA-256,MD5", "SHA-512-256")]
    [InlineData("MD5,SHA-256-sess", "SHA-256-sess")]
    [InlineData("SHA-256-sess,SHA-256", "SHA-256")]
    [InlineData("SHA-3,MD5", "MD5")]
    [InlineData("AKAv1-MD5,MD5-sess", "MD5-sess")]
    public void Examine_SeveralAlgorithmsForOneRealm_AnswersTheStrongestOnly(string offered, string chosen)
    {
        var challenges = offered.Split(',').Select(algorithm => Digest("n-" + algorithm, $"algorithm={algorithm}, qop=\"auth\"")).ToArray();
        var answers = Answers(WithPassword().Retry(Request(), Unauthorized(challenges)));
        answers.Should().ContainSingle();
        answers[0]["algorithm"].Should().Be(chosen);
        answers[0]["nonce"].Should().Be("n-" + chosen);
    }

    [Fact, Trait("Req", "F7")]
    public void Examine_SeveralRealmsOfBothKinds_AnswersAllOfThem()
    {
        var response = ProxyUnauthorized(Digest("n1", realm: "p1"), Digest("n2", realm: "p2"));
        response.Headers.Add("WWW-Authenticate", Digest("n3", realm: "p1"));
        response.Headers.Add("WWW-Authenticate", "Basic realm=\"p1\"");
        var request = WithPassword().Retry(Request("INVITE", "sip:bob@example.com"), response);
        Answers(request, isProxy: true).Select(static answer => (answer["realm"], answer["nonce"])).Should().Equal(("p1", "n1"), ("p2", "n2"));
        Answers(request).Select(static answer => (answer["realm"], answer["nonce"])).Should().Equal(("p1", "n3"));
    }

    [Theory]
    [InlineData("Basic realm=\"example.com\"", "scheme")]
    [InlineData("Digest nonce=\"n\"", "realm")]
    [InlineData("Digest realm=\"example.com\"", "nonce")]
    [InlineData("Digest realm=\"example.com\", nonce=\"\"", "nonce")]
    [InlineData("Digest realm=\"example.com\", nonce=\"n\", algorithm=SHA-3", "algorithm")]
    [InlineData("Digest realm=\"example.com\", nonce=\"n\", qop=\"auth-conf\"", "quality")]
    [InlineData("Digest realm=\"example.com\", nonce=\"n\", algorithm=MD5-sess", "session")]
    public void Examine_NothingThatCanBeAnswered_GivesUpAndSaysWhy(string challenge, string reason) =>
        WithPassword().Examine(Request(), Unauthorized(challenge)).Should().BeOfType<ChallengeVerdict.GiveUp>().Which.Reason.Should().Contain(reason);

    [Theory]
    [InlineData(401)]
    [InlineData(407)]
    [InlineData(403)]
    [InlineData(494)]
    public void Examine_NoChallengeInTheResponse_GivesUp(int status) =>
        WithPassword().Examine(Request(), new SipResponse(status)).Should().BeOfType<ChallengeVerdict.GiveUp>();

    [Theory]
    [InlineData("CANCEL")]
    [InlineData("ACK")]
    public void Examine_RequestThatCannotBeChallenged_GivesUp(string method) =>
        WithPassword().Examine(Request(method), Unauthorized(Digest("n1"))).Should().BeOfType<ChallengeVerdict.GiveUp>();

    [Fact]
    public void Examine_HugeRealmNonceOrOpaque_IsRefused()
    {
        var huge = new string('r', 60_000);
        var party = WithPassword();
        party.Examine(Request(), Unauthorized(Digest("n1", realm: huge))).Should().BeOfType<ChallengeVerdict.GiveUp>();
        party.Examine(Request(), Unauthorized(Digest(huge))).Should().BeOfType<ChallengeVerdict.GiveUp>();
        party.Examine(Request(), Unauthorized(Digest("n1", $"opaque=\"{huge}\""))).Should().BeOfType<ChallengeVerdict.GiveUp>();
        Answer(party.Authorized(Request())).Should().BeNull();
    }

    [Theory] // the message parser refuses them too; what is echoed is checked where it is echoed
    [InlineData("realm=\"a\\\rX: y\", nonce=\"n\"")]
    [InlineData("realm=\"r\", nonce=\"n\\\nm\"")]
    [InlineData("realm=\"r\", nonce=\"n\", opaque=\"o\0\"")]
    public void TryRead_LineBreakInsideAQuotedString_IsRefused(string parameters)
    {
        SipAuthenticationValue.TryParse(Octets.Of("Digest " + parameters), out var value).Should().BeTrue();
        DigestChallenge.TryRead(value!, isProxy: false, new SipAuthenticationOptions(), out _, out var problem).Should().BeFalse();
        problem.Should().Contain("control characters");
    }

    [Fact]
    public void Examine_ElevenRealms_AnswersTen()
    {
        var challenges = Enumerable.Range(0, 11).Select(static i => Digest($"n{i}", realm: $"r{i}")).ToArray();
        Answers(WithPassword().Retry(Request(), ProxyUnauthorized(challenges)), isProxy: true).Should().HaveCount(10);
    }

    [Fact, Trait("Req", "F7")]
    public void Examine_AlgorithmBelowThePolicy_IsPassedOver()
    {
        var party = new DigestParty(new SipAuthenticationOptions { MinimumAlgorithm = SipDigestAlgorithm.Sha256 }, new SipCredentials("alice", "secret"));
        party.Examine(Request(), Unauthorized(Digest("n1"), Digest("n2", "qop=\"auth\""))).Should().BeOfType<ChallengeVerdict.GiveUp>().Which.Reason.Should().Contain("policy");
        Answer(party.Retry(Request(), Unauthorized(Digest("n1"), Digest("n2", "algorithm=SHA-256-sess, qop=\"auth\""))))!["nonce"].Should().Be("n2");
    }

    [Fact, Trait("Req", "F7")]
    public void Examine_NoQopWhereThePolicyRequiresIt_IsPassedOver()
    {
        var party = new DigestParty(new SipAuthenticationOptions { RequireQop = true }, new SipCredentials("alice", "secret"));
        party.Examine(Request(), Unauthorized(Digest("n1", "algorithm=SHA-256"))).Should().BeOfType<ChallengeVerdict.GiveUp>().Which.Reason.Should().Contain("policy");
        Answer(party.Retry(Request(), Unauthorized(Digest("n1", "algorithm=SHA-256"), Digest("n2"))))!["nonce"].Should().Be("n2");
    }

    [Fact, Trait("Req", "F7")]
    public void Examine_CredentialsBoundToAnotherRealm_AsksInsteadOfUsingThem()
    {
        var party = new DigestParty(null, new SipCredentials("alice", "secret", "other.example"));
        var challenge = party.Examine(Request("INVITE", "sip:bob@example.com"), ProxyUnauthorized(Digest("n1", "algorithm=SHA-256")))
            .Should().BeOfType<ChallengeVerdict.Ask>().Which.Missing.Should().ContainSingle().Subject;
        challenge.Realm.Should().Be(Realm);
        challenge.Algorithm.Should().Be("SHA-256");
        challenge.IsProxy.Should().BeTrue();
        challenge.Method.Should().Be(SipMethod.Invite);
        challenge.RequestUri.Should().Be(SipUri.Parse("sip:bob@example.com"));
        challenge.AddressOfRecord.Should().Be(SipUri.Parse("sip:alice@example.com"));
        challenge.ToString().Should().NotContain("n1");
        Answer(party.Authorized(Request("INVITE", "sip:bob@example.com")), isProxy: true).Should().BeNull();
    }

    [Fact]
    public void Examine_BoundAndUnboundCredentials_PrefersTheBoundOnes()
    {
        var party = new DigestParty(null, new SipCredentials("anyone", "x"), new SipCredentials("alice", "secret", Realm));
        Answer(party.Retry(Request(), Unauthorized(Digest("n1"))))!["username"].Should().Be("alice");
    }

    [Fact]
    public void Examine_HashInPlaceOfThePassword_AnswersTheAlgorithmItFits()
    {
        var hash = DigestFormula.SecretHash(SipDigestAlgorithm.Md5, "alice", Realm, "secret");
        var party = new DigestParty(null, SipCredentials.FromHa1("alice", Realm, hash, SipDigestAlgorithm.Md5));
        var request = party.Retry(Request(), Unauthorized(Digest("n1", "algorithm=SHA-256, qop=\"auth\""), Digest("n2")));
        Answer(request)!["nonce"].Should().Be("n2");
        DigestExchange.TryRead(Answer(request)!, out var exchange).Should().BeTrue();
        Answer(request)!["response"].Should().Be(DigestFormula.Response(exchange, hash, "REGISTER", default));
        party.BeginRequest();
        party.Examine(Request(), Unauthorized(Digest("n1", "algorithm=SHA-256"))).Should().BeOfType<ChallengeVerdict.Ask>();
    }

    [Fact, Trait("Req", "F2")]
    public void Supply_CredentialsOfTheApplication_AreKeptForTheRealmAndTheAccount()
    {
        var party = new DigestParty();
        var first = Request();
        var ask = party.Examine(first, Unauthorized(Digest("n1"))).Should().BeOfType<ChallengeVerdict.Ask>().Subject;
        party.Client.Supply(ask.Missing[0], new SipCredentials("alice", "secret"), party.Scope);
        Answer(party.Authorized(first))!["username"].Should().Be("alice");

        party.BeginRequest();
        Answer(party.Retry(Request("INVITE", "sip:bob@elsewhere.example"), ProxyUnauthorized(Digest("n2"))), isProxy: true)!["username"].Should().Be("alice");
        var stranger = new CredentialScope("bob", null, []);
        party.Client.Examine(Request(), Unauthorized(Digest("n3")), stranger, new ChallengeHistory()).Should().BeOfType<ChallengeVerdict.Ask>();
    }

    [Fact, Trait("Req", "F7")]
    public void Supply_CredentialsOfAnotherRealm_Throws()
    {
        var party = new DigestParty();
        var ask = (ChallengeVerdict.Ask)party.Examine(Request(), Unauthorized(Digest("n1")));
        var supply = () => party.Client.Supply(ask.Missing[0], new SipCredentials("alice", "secret", "other.example"), party.Scope);
        supply.Should().Throw<ArgumentException>().Which.Message.Should().NotContain("secret");
        Answer(party.Authorized(Request())).Should().BeNull();
    }

    [Fact]
    public void Supply_CredentialsChangedAfterwards_KeepsWhatWasGiven()
    {
        var party = new DigestParty();
        var credentials = new SipCredentials("alice", "secret");
        party.Client.Supply(((ChallengeVerdict.Ask)party.Examine(Request(), Unauthorized(Digest("n1")))).Missing[0], credentials, party.Scope);
        credentials.UserName = "mallory";
        party.BeginRequest();
        Answer(party.Retry(Request(), Unauthorized(Digest("n2"))))!["username"].Should().Be("alice");
    }

    [Fact, Trait("Req", "F7")]
    public void Examine_SomeRealmsKnown_AsksForTheOthersAndAnswersAllAfterwards()
    {
        var party = new DigestParty(null, new SipCredentials("alice", "secret", "p1"));
        var request = Request("INVITE", "sip:bob@example.com");
        var ask = party.Examine(request, ProxyUnauthorized(Digest("n1", realm: "p1"), Digest("n2", realm: "p2"))).Should().BeOfType<ChallengeVerdict.Ask>().Subject;
        ask.Missing.Select(static challenge => challenge.Realm).Should().Equal("p2");
        party.Client.Supply(ask.Missing[0], new SipCredentials("a2", "x"), party.Scope);
        Answers(party.Authorized(request), isProxy: true).Select(static answer => answer["username"]).Should().Equal("alice", "a2");
    }

    [Fact, Trait("Req", "F4")]
    public void Authorize_KnownRealm_AnswersBeforeItIsAsked()
    {
        var party = WithPassword();
        party.Examine(Request(), Unauthorized(Digest("n1")));
        Answer(party.Authorized(Request("INVITE", "sip:bob@EXAMPLE.com")))!["nonce"].Should().Be("n1");
    }

    [Fact, Trait("Req", "F7")]
    public void Authorize_AnotherHost_DoesNotShowItTheAnswer()
    {
        var party = WithPassword();
        var request = party.Retry(Request("INVITE", "sip:bob@example.com"), Unauthorized(Digest("n1")));
        var redirected = request.Copy();
        redirected.RequestUri = "sip:bob@mallory.example";
        Answer(party.Authorized(redirected)).Should().BeNull();
    }

    [Fact]
    public void Forget_AccountGone_DropsSessionsAndSuppliedCredentials()
    {
        var party = new DigestParty();
        party.Client.Supply(((ChallengeVerdict.Ask)party.Examine(Request(), Unauthorized(Digest("n1")))).Missing[0], new SipCredentials("alice", "x"), party.Scope);
        party.Client.Forget(party.Scope);
        Answer(party.Authorized(Request())).Should().BeNull();
        party.BeginRequest();
        party.Examine(Request(), Unauthorized(Digest("n1"))).Should().BeOfType<ChallengeVerdict.Ask>();
    }

    [Fact]
    public void Examine_ManyRealmsOverTime_KeepsABoundedNumberOfSessions()
    {
        var party = WithPassword();
        for (var i = 0; i < 500; i++)
        {
            party.BeginRequest();
            party.Examine(Request("OPTIONS"), ProxyUnauthorized(Digest("n", realm: $"r{i}"))).Should().BeOfType<ChallengeVerdict.Retry>();
        }

        var realms = Answers(party.Authorized(Request("OPTIONS")), isProxy: true).Select(static answer => answer["realm"]).ToList();
        realms.Should().HaveCount(32);
        realms[^1].Should().Be("r499");
    }
}
