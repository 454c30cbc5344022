using FsCheck;
using FsCheck.Fluent;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Platform;
using static ModernSip.Tests.Authentication.DigestParty;

namespace ModernSip.Tests.Authentication;

/// <summary>The client against the verifier, over the wire format.</summary>
[Trait("Req", "F5")]
public sealed class DigestRoundTripTests
{
    private const SipDigestProtections Both = SipDigestProtections.Auth | SipDigestProtections.AuthInt;

    public static TheoryData<SipDigestAlgorithm, SipDigestProtections, bool, bool> Combinations()
    {
        var data = new TheoryData<SipDigestAlgorithm, SipDigestProtections, bool, bool>();
        foreach (var algorithm in Enum.GetValues<SipDigestAlgorithm>())
        foreach (var protections in new[] { SipDigestProtections.None, SipDigestProtections.Auth, SipDigestProtections.AuthInt, Both })
        foreach (var isProxy in new[] { false, true })
        foreach (var hidesUser in new[] { false, true })
        {
            if (protections is not SipDigestProtections.None || !algorithm.IsSession()) data.Add(algorithm, protections, isProxy, hidesUser);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Verify_AnswerOfTheClient_IsAcceptedOnceAndOnlyWithTheRightPassword(
        SipDigestAlgorithm algorithm, SipDigestProtections protections, bool isProxy, bool hidesUser)
    {
        var verifier = new SipDigestVerifier(Realm, TimeProvider.System, SipRandom.Secure, new()
        {
            Protections = protections,
            FindUserByHash = hidesUser ? static (hash, by) => hash == DigestFormula.UserHash(by, "alice", Realm) ? "alice" : null : null,
        });
        var party = WithPassword();
        var request = Request("MESSAGE", "sip:bob@example.com", "hello");
        verifier.Verify(request, static _ => "secret", isProxy).Outcome.Should().Be(SipDigestOutcome.Missing);

        var answered = OverTheWire(party.Retry(request, verifier.Challenge(request, [algorithm], isProxy)));
        verifier.Verify(answered, static _ => "wrong", isProxy).Outcome.Should().Be(SipDigestOutcome.Rejected);
        verifier.Verify(answered, static _ => "secret", isProxy).Should().Be(new SipDigestResult(SipDigestOutcome.Accepted, "alice"));
        verifier.Verify(answered, static _ => "secret", isProxy).Outcome.Should().Be(SipDigestOutcome.Stale, "it is a replay");

        var next = OverTheWire(party.Authorized(request));
        verifier.Verify(next, static _ => "secret", isProxy).IsAccepted.Should().Be(protections is not SipDigestProtections.None);
    }

    [Fact]
    public void Verify_BodyChangedOnTheWay_IsRejectedUnderAuthIntOnly()
    {
        foreach (var protections in new[] { SipDigestProtections.Auth, SipDigestProtections.AuthInt })
        {
            var verifier = new SipDigestVerifier(Realm, TimeProvider.System, SipRandom.Secure, new() { Protections = protections });
            var request = Request("MESSAGE", "sip:bob@example.com", "hello");
            var answered = WithPassword().Retry(request, verifier.Challenge(request));
            answered.Content = SipContent.PlainText("forged");
            verifier.Verify(answered, static _ => "secret").IsAccepted.Should().Be(protections is SipDigestProtections.Auth);
        }
    }

    [Fact]
    public void Verify_AnyUserRealmAndPassword_SurvivesQuoting() =>
        Prop.ForAll((from user in Texts() from realm in Texts() from password in Texts() select (user, realm, password)).ToArbitrary(), static text =>
        {
            var (user, realm, password) = text;
            var verifier = new SipDigestVerifier(realm, TimeProvider.System, SipRandom.Secure);
            var party = WithPassword(password, user);
            var request = Request("MESSAGE", "sip:bob@example.com");
            var answered = OverTheWire(party.Retry(request, verifier.Challenge(request)));
            verifier.Verify(answered, name => name == user ? password : null).Should().Be(new SipDigestResult(SipDigestOutcome.Accepted, user));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Gen<string> Texts() =>
        from length in Gen.Choose(1, 24)
        from characters in Gen.ArrayOf(Gen.OneOf(Gen.Elements("\"\\,;=:<>@%\t '()ä語".ToCharArray()), Gen.Choose(32, 126).Select(static code => (char)code)), length)
        select new string(characters);

    /// <summary>Writes the request and reads it again, as a server would see it.</summary>
    private static SipRequest OverTheWire(SipRequest request)
    {
        var copy = request.Copy();
        copy.Headers.Add("Via", "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1");
        copy.Headers.Add("From", "<sip:alice@example.com>;tag=1");
        copy.Headers.Add("To", "<sip:bob@example.com>");
        copy.Headers.Add("Call-ID", "c");
        copy.Headers.Add("CSeq", $"1 {request.Method.Name}");
        copy.Headers.Add("Max-Forwards", "70");
        SipMessage.TryParse(copy.ToOctets(), out var message, out var error).Should().BeTrue("{0}", error);
        return (SipRequest)message!;
    }
}
