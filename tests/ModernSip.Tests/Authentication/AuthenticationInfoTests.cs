using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using static ModernSip.Tests.Authentication.DigestParty;

namespace ModernSip.Tests.Authentication;

[Trait("Req", "F5")]
public sealed class AuthenticationInfoTests
{
    private readonly DigestParty _party = WithPassword();
    private readonly SipDigestVerifier _verifier = new(Realm, TimeProvider.System, SipRandom.Secure, new() { Protections = SipDigestProtections.Auth | SipDigestProtections.AuthInt });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Learn_RightProofAndNextNonce_UsesTheNextNonce(bool isProxy)
    {
        var request = Accepted(isProxy);
        var ok = Ok("body");
        _verifier.Confirm(request, ok, "secret", isProxy, withNextNonce: true);
        var next = ok.Headers.Get(isProxy ? SipHeaderNames.ProxyAuthenticationInfo : SipHeaderNames.AuthenticationInfo)!["nextnonce"];

        _party.Client.Learn(request, ok, _party.Scope).Should().BeTrue();
        var following = _party.Authorized(Request());
        (Answer(following, isProxy)!["nonce"], Answer(following, isProxy)!["nc"]).Should().Be((next, "00000001"));
        _verifier.Verify(following, static _ => "secret", isProxy).IsAccepted.Should().BeTrue();
    }

    [Fact]
    public void Learn_WrongProof_IsFalseAndItsNextNonceIsNotUsed()
    {
        var request = Accepted();
        var ok = Ok();
        _verifier.Confirm(request, ok, "not the secret", withNextNonce: true);
        _party.Client.Learn(request, ok, _party.Scope).Should().BeFalse();
        Answer(_party.Authorized(Request()))!["nonce"].Should().Be(Answer(request)!["nonce"]);
    }

    [Fact]
    public void Learn_BodyChangedUnderAuthInt_IsFalse()
    {
        var verifier = new SipDigestVerifier(Realm, TimeProvider.System, SipRandom.Secure, new() { Protections = SipDigestProtections.AuthInt });
        var request = _party.Retry(Request(), verifier.Challenge(Request()));
        var ok = Ok("body");
        verifier.Confirm(request, ok, "secret");
        _party.Client.Learn(request, ok, _party.Scope).Should().BeTrue();
        ok.Content = SipContent.PlainText("other");
        _party.Client.Learn(request, ok, _party.Scope).Should().BeFalse();
    }

    [Theory]
    [InlineData("rspauth=\"00000000000000000000000000000000\"", false)]
    [InlineData("rspauth=\"\"", false)]
    [InlineData("rspauth=\"00\", cnonce=\"of another request\"", false)]
    [InlineData("rspauth=\"00\", qop=auth-conf", false)]
    [InlineData("qop=auth", true)]
    [InlineData("nextnonce=\"\"", true)]
    [InlineData("something=else", true)]
    public void Learn_InfoAsGiven_IsJudgedByItsProofAlone(string info, bool expected)
    {
        var request = Accepted();
        var ok = Response(200, "Authentication-Info", info);
        _party.Client.Learn(request, ok, _party.Scope).Should().Be(expected);
        Answer(_party.Authorized(Request()))!["nonce"].Should().Be(Answer(request)!["nonce"]);
    }

    [Fact]
    public void Learn_ProofForARequestWithoutAnswer_IsFalse()
    {
        Accepted();
        _party.Client.Learn(Request(), Response(200, "Authentication-Info", "rspauth=\"00\""), _party.Scope).Should().BeFalse();
    }

    [Fact]
    public void Learn_NewerNonceInUseAlready_KeepsIt()
    {
        var first = Accepted();
        _party.Examine(Request(), Unauthorized(Digest("newer")));
        _party.Client.Learn(first, Response(200, "Authentication-Info", "nextnonce=\"late\""), _party.Scope).Should().BeTrue();
        Answer(_party.Authorized(Request()))!["nonce"].Should().Be("newer");
    }

    [Fact]
    public void Learn_NothingKnownOrNoInfo_IsTrue()
    {
        _party.Client.Learn(Request(), Ok(), _party.Scope).Should().BeTrue();
        _party.Client.Learn(Accepted(), Ok(), _party.Scope).Should().BeTrue();
        _party.Client.Learn(Request(), Response(403, "Authentication-Info", "rspauth=\"00\""), _party.Scope).Should().BeTrue();
    }

    private static SipResponse Ok(string? body = null)
    {
        var response = new SipResponse(SipStatus.Ok);
        if (body is not null) response.Content = SipContent.PlainText(body);
        return response;
    }

    private SipRequest Accepted(bool isProxy = false)
    {
        var request = _party.Retry(Request(), _verifier.Challenge(Request(), isProxy: isProxy));
        _verifier.Verify(request, static _ => "secret", isProxy).IsAccepted.Should().BeTrue();
        return request;
    }
}
