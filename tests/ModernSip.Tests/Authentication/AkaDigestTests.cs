using System.Security.Cryptography;
using System.Text;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;

namespace ModernSip.Tests.Authentication;

/// <summary>AKA with the subscriber of 3GPP TS 35.208 §4.3, test set 1.</summary>
[Trait("Req", "F5")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The algorithm is named by RFC 3310.")]
public sealed class AkaDigestTests
{
    private static readonly byte[] Key = Hex("465b5ce8b199b49faa5f0a2ee238a6bc");
    private static readonly byte[] OperatorVariant = Hex("cd63cb71954a9f4e48a5994e37a02baf");
    private static readonly byte[] Rand = Hex("23553cbe9637a89d218ae64dae47bf35");
    private static readonly byte[] Sequence = Hex("ff9bb4d0b607");
    private static readonly byte[] Field = Hex("b9b9");

    [Fact]
    public void Milenage_TestSet1_GivesThePublishedValues()
    {
        var sim = new Milenage(Key, OperatorVariant);
        Convert.ToHexStringLower(sim.Authenticate(Rand, Sequence, Field).Mac).Should().Be("4a9ffac354dfafb3");
        Convert.ToHexStringLower(sim.Authenticate(Rand, Sequence, Field).Resynchronization).Should().Be("01cfaf9ec4e871e9");
        Convert.ToHexStringLower(sim.F2(Rand)).Should().Be("a54211d5e3ba50bf");
        Convert.ToHexStringLower(sim.F3(Rand)).Should().Be("b40ba9a3c58b2a05bbf0d987b21bf8cb");
        Convert.ToHexStringLower(sim.F4(Rand)).Should().Be("f769bcd751044604127672711c6d3441");
        Convert.ToHexStringLower(sim.F5(Rand)).Should().Be("aa689c648370");
    }

    [Theory]
    [InlineData("AKAv1-MD5")]
    [InlineData("AKAv2-MD5")]
    [Trait("Idea", "50")]
    public void Authorize_Challenged_AnswersWithWhatTheSimComputes(string algorithm)
    {
        var answer = Answer(new Milenage(Key, OperatorVariant), Nonce(), algorithm)!;
        answer["algorithm"].Should().Be(algorithm);
        byte[] password = Hex("a54211d5e3ba50bf");
        if (algorithm == "AKAv2-MD5")
        {
            byte[] keys = [.. password, .. Hex("f769bcd751044604127672711c6d3441"), .. Hex("b40ba9a3c58b2a05bbf0d987b21bf8cb")];
            password = Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACMD5.HashData(keys, "http-digest-akav2-password"u8)));
        }

        answer["response"].Should().Be(Expected(password, answer));
        answer["auts"].Should().BeNull();
    }

    [Fact]
    [Trait("Idea", "50")]
    public void Authorize_SequenceOutOfRange_AsksToSynchronise()
    {
        var answer = Answer(new Milenage(Key, OperatorVariant) { Sequence = 0xff9bb4d0b607 }, Nonce(), "AKAv1-MD5")!;
        Convert.FromBase64String(answer["auts"]!).Should().HaveCount(14);
        answer["response"].Should().Be(Expected([], answer), "the password is empty then (RFC 3310 §3.4)");
    }

    [Fact]
    [Trait("Idea", "50")]
    public void Examine_NetworkDoesNotProveItself_IsNotAnswered()
    {
        var forged = Convert.FromBase64String(Nonce());
        forged[31] ^= 1;
        Answer(new Milenage(Key, OperatorVariant), Convert.ToBase64String(forged), "AKAv1-MD5").Should().BeNull();
        Answer(new Milenage(Key, OperatorVariant), "short", "AKAv1-MD5").Should().BeNull();
        Answer(new Milenage(Key, OperatorVariant), Nonce(), "MD5").Should().BeNull("a SIM has no password");
    }

    private static SipAuthenticationValue? Answer(ISipAkaIdentity sim, string nonce, string algorithm)
    {
        var client = new DigestClient(SipRandom.Secure, new SipAuthenticationOptions());
        var scope = new CredentialScope("account", null, [SipCredentials.FromAka("alice", sim)]);
        var request = new SipRequest(SipMethod.Register, "sip:home.example");
        request.Headers.CSeq = new SipCSeq(1, SipMethod.Register);
        var response = new SipResponse(SipStatus.Unauthorized);
        response.Headers.Add("WWW-Authenticate", $"Digest realm=\"home.example\", nonce=\"{nonce}\", qop=\"auth\", algorithm={algorithm}");
        if (client.Examine(request, response, scope, new ChallengeHistory()) is not ChallengeVerdict.Retry) return null;
        client.Authorize(request, scope);
        return request.Headers.Get(SipHeaderNames.Authorization);
    }

    private static string Nonce()
    {
        var sim = new Milenage(Key, OperatorVariant);
        byte[] concealed = [.. Sequence.Zip(sim.F5(Rand), static (a, b) => (byte)(a ^ b))];
        return Convert.ToBase64String([.. Rand, .. concealed, .. Field, .. sim.Authenticate(Rand, Sequence, Field).Mac]);
    }

    private static string Expected(byte[] password, SipAuthenticationValue answer)
    {
        var first = Md5([.. "alice:home.example:"u8, .. password]);
        var second = Md5(Encoding.UTF8.GetBytes($"REGISTER:{answer["uri"]}"));
        return Md5(Encoding.UTF8.GetBytes($"{first}:{answer["nonce"]}:{answer["nc"]}:{answer["cnonce"]}:auth:{second}"));
    }

    private static string Md5(byte[] octets) => Convert.ToHexStringLower(MD5.HashData(octets));

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
