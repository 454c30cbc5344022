using ModernSip.Authentication;
using ModernSip.Messages;
using static ModernSip.Tests.Authentication.DigestParty;

namespace ModernSip.Tests.Authentication;

/// <summary>A challenge never becomes a loop (requirement F4).</summary>
[Trait("Req", "F4")]
public sealed class DigestLoopTests
{
    private int _nonce;

    [Theory]
    [InlineData("", 2)]
    [InlineData(", stale=false", 2)]
    [InlineData(", stale=true", 3)]
    [InlineData(", stale=TRUE", 3)]
    public void Examine_ServerRefusesForEverWithNewNonces_AnswersAtMostThatOften(string rest, int answers) =>
        AnswersGiven(WithPassword(), () => Unauthorized(Digest($"n{++_nonce}", "qop=\"auth\"" + rest))).Should().Be(answers);

    [Fact]
    public void Examine_SameNonceRefused_TakesThePasswordForWrongAtOnce() =>
        AnswersGiven(WithPassword(), static () => Unauthorized(Digest("n1"))).Should().Be(1);

    [Fact]
    public void Examine_StaleWithTheSameNonceForEver_EndsAfterThreeAnswers() =>
        AnswersGiven(WithPassword(), static () => Unauthorized(Digest("n1", "qop=\"auth\", stale=true"))).Should().Be(3);

    [Fact]
    public void Examine_ServerInventsARealmEachTime_EndsAfterFiveAnswers() =>
        AnswersGiven(WithPassword(), () => Unauthorized(Digest("n", realm: $"r{++_nonce}"))).Should().Be(5);

    [Fact]
    public void Examine_StaleNonce_IsAnsweredWithTheSamePasswordAndANewCount()
    {
        var party = new DigestParty();
        var first = Request();
        party.Client.Supply(((ChallengeVerdict.Ask)party.Examine(first, Unauthorized(Digest("n1")))).Missing[0], new SipCredentials("alice", "secret"), party.Scope);
        party.BeginRequest();
        var second = party.Authorized(Request());
        var third = party.Retry(second, Unauthorized(Digest("n2", "qop=\"auth\", stale=true")));
        (Answer(third)!["nonce"], Answer(third)!["nc"], Answer(third)!["username"]).Should().Be(("n2", "00000001", "alice"));
    }

    [Fact]
    public void Examine_ExpiredNonceWithoutStale_IsTriedOnceMoreAndThenClear()
    {
        var party = WithPassword();
        party.Examine(Request(), Unauthorized(Digest("n1")));
        party.BeginRequest();
        var second = party.Authorized(Request());
        var third = party.Retry(second, Unauthorized(Digest("n2")));
        Answer(third)!["nonce"].Should().Be("n2");
        party.Examine(third, Unauthorized(Digest("n3"))).Should().BeOfType<ChallengeVerdict.GiveUp>().Which.Reason.Should().Contain("refused");
    }

    [Fact]
    public void Examine_SuppliedCredentialsRefused_AsksAnewForTheNextRequest()
    {
        var party = new DigestParty();
        party.Client.Supply(((ChallengeVerdict.Ask)party.Examine(Request(), Unauthorized(Digest("n1")))).Missing[0], new SipCredentials("alice", "wrong"), party.Scope);
        var answered = party.Authorized(Request());
        party.Examine(answered, Unauthorized(Digest("n1"))).Should().BeOfType<ChallengeVerdict.GiveUp>();

        Answer(party.Authorized(Request())).Should().BeNull("refused credentials are not sent unasked");
        party.BeginRequest();
        party.Examine(Request(), Unauthorized(Digest("n2"))).Should().BeOfType<ChallengeVerdict.Ask>();
    }

    [Fact]
    public void Examine_RefusalOfOldCredentials_KeepsWhatWasSuppliedSince()
    {
        var party = new DigestParty();
        var challenge = ((ChallengeVerdict.Ask)party.Examine(Request(), Unauthorized(Digest("n1")))).Missing[0];
        party.Client.Supply(challenge, new SipCredentials("alice", "wrong"), party.Scope);
        var old = party.Authorized(Request());
        party.Client.Supply(challenge, new SipCredentials("alice", "right"), party.Scope);
        party.Examine(old, Unauthorized(Digest("n1"))).Should().BeOfType<ChallengeVerdict.GiveUp>();
        party.BeginRequest();
        party.Examine(Request(), Unauthorized(Digest("n2"))).Should().BeOfType<ChallengeVerdict.Retry>();
    }

    [Fact, Trait("Req", "F7")]
    public void Examine_ProxiesAndServerOneAfterTheOther_AnswersThemAll()
    {
        var party = WithPassword();
        var request = Request("INVITE", "sip:bob@example.com");
        request = party.Retry(request, ProxyUnauthorized(Digest("a", realm: "p1")));
        request = party.Retry(request, ProxyUnauthorized(Digest("b", realm: "p2")));
        request = party.Retry(request, Unauthorized(Digest("c", realm: "p1")));
        Answers(request, isProxy: true).Select(static answer => (answer["realm"], answer["nc"])).Should().Equal(("p1", "00000003"), ("p2", "00000002"));
        Answers(request).Select(static answer => (answer["realm"], answer["nc"])).Should().Equal(("p1", "00000001"));
    }

    [Fact]
    public void Examine_PasswordChangedInTheConfiguration_UsesTheNewOne()
    {
        var party = WithPassword("old");
        party.Examine(Request(), Unauthorized(Digest("n1")));
        var changed = party.Scope with { Configured = [new SipCredentials("alice", "new")] };
        var request = Request();
        party.Client.Authorize(request, changed);
        party.Client.Examine(request, Unauthorized(Digest("n2")), changed, new ChallengeHistory()).Should().BeOfType<ChallengeVerdict.Retry>();
        party.Client.Authorize(request, changed);
        DigestExchange.TryRead(Answer(request)!, out var exchange).Should().BeTrue();
        Answer(request)!["response"].Should().Be(DigestFormula.Response(exchange, DigestFormula.SecretHash(SipDigestAlgorithm.Md5, "alice", Realm, "new"), "REGISTER", default));
    }

    /// <summary>Sends one request until the client gives up, and counts how often it was answered.</summary>
    private static int AnswersGiven(DigestParty party, Func<SipResponse> challenge)
    {
        var request = Request();
        for (var answers = 0; answers < 100; answers++)
        {
            if (party.Examine(request, challenge()) is ChallengeVerdict.GiveUp) return answers;
            request = party.Authorized(request);
        }

        return int.MaxValue;
    }
}
