using System.Text;
using ModernSip.Diagnostics;

namespace ModernSip.Tests.Diagnostics;

public sealed class CredentialMaskTests
{
    [Theory]
    [InlineData("Authorization: Digest username=\"alice\", realm=\"r\", nonce=\"abc\", uri=\"sip:x\", response=\"0123\", qop=auth", "Authorization: Digest username=\"alice\", realm=\"r\", nonce=\"***\", uri=\"sip:x\", response=\"****\", qop=auth")]
    [InlineData("proxy-authorization : Digest response = \"0123\" , cnonce=xyz,nc=00000001", "proxy-authorization : Digest response = \"****\" , cnonce=***,nc=00000001")]
    [InlineData("Authorization: Digest realm=\"a, response=\\\"x\\\"\",\r\n response=\"0123\"", "Authorization: Digest realm=\"a, response=\\\"x\\\"\",\r\n response=\"****\"")]
    [InlineData("Authorization: Digest response=\"01\\\"23", "Authorization: Digest response=\"******")]
    [InlineData("Authorization: Basic YWxpY2U6c2VjcmV0", "Authorization: Basic ****************")]
    [InlineData("Authorization: Bearer abc.def=", "Authorization: Bearer ********")]
    [InlineData("WWW-Authenticate: Digest realm=\"r\", nonce=\"abc\", stale=true", "WWW-Authenticate: Digest realm=\"r\", nonce=\"***\", stale=true")]
    [InlineData("Authentication-Info: nextnonce=\"abc\", rspauth=\"0123\"", "Authentication-Info: nextnonce=\"***\", rspauth=\"****\"")]
    [InlineData("Contact: \"A: B\" <sip:alice:secret@192.0.2.1:5060;x=1>", "Contact: \"A: B\" <sip:alice:******@192.0.2.1:5060;x=1>")]
    [InlineData("Contact: sips:alice:s;e?c@192.0.2.1", "Contact: sips:alice:*****@192.0.2.1")]
    [InlineData("Route: <sip:a:1@h>, <sip:b:22@h>", "Route: <sip:a:*@h>, <sip:b:**@h>")]
    public void Mask_Secret_BecomesAsterisksOfTheSameLength(string field, string expected) => Masked($"OPTIONS sip:bob@example.com SIP/2.0\r\n{field}\r\nX: y\r\n\r\n").Should().Be($"OPTIONS sip:bob@example.com SIP/2.0\r\n{expected}\r\nX: y\r\n\r\n");

    [Theory]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport")]
    [InlineData("From: \"response=1\" <sip:alice@example.com:5060>;tag=nonce")]
    [InlineData("Contact: <sip:192.0.2.1:5060>, <sip:alice@h>")]
    [InlineData("X-Note: Authorization: Digest response=\"0123\"")]
    public void Mask_NothingSecret_LeavesTheMessageAlone(string field) =>
        CredentialMask.TryMask(Encoding.UTF8.GetBytes($"OPTIONS sip:bob@example.com SIP/2.0\r\n{field}\r\n\r\nresponse=\"0123\""), out _).Should().BeFalse();

    [Fact]
    public void Mask_PasswordInTheRequestUri_IsMasked() => Masked("INVITE sip:bob:pw@example.com SIP/2.0\r\n\r\n").Should().Be("INVITE sip:bob:**@example.com SIP/2.0\r\n\r\n");

    [Fact]
    public void Mask_KeysOfMedia_AreMasked() =>
        Masked("SIP/2.0 200 OK\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20|1:4\r\na=crypto:2 X inline:a;inline:bb\r\n")
            .Should().Be("SIP/2.0 200 OK\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:********|2^20|1:4\r\na=crypto:2 X inline:*;inline:**\r\n");

    [Theory, Trait("Class", "29")]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("Authorization")]
    [InlineData("Authorization:")]
    [InlineData("Authorization: ")]
    [InlineData("Authorization: Digest")]
    [InlineData("Authorization: Digest =")]
    [InlineData("Authorization: Digest response=")]
    [InlineData("Authorization: Digest response=\"\\")]
    [InlineData("X: sip:")]
    [InlineData("X: sip:@")]
    [InlineData("X: sip::@")]
    [InlineData("\n a=crypto:inline:")]
    public void Class29_Mask_BrokenMessage_IsNoFault(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        if (CredentialMask.TryMask(octets, out var masked)) masked.Should().HaveSameCount(octets);
    }

    private static string Masked(string message)
    {
        CredentialMask.TryMask(Encoding.UTF8.GetBytes(message), out var masked).Should().BeTrue();
        return Encoding.UTF8.GetString(masked!);
    }
}
