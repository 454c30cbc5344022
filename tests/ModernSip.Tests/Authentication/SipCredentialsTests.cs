using ModernSip.Authentication;

namespace ModernSip.Tests.Authentication;

public sealed class SipCredentialsTests
{
    private const string Hash = "939e7578ed9e3c518a452acee763bce9";

    [Fact]
    public void ToString_PasswordOrHash_IsNotShown()
    {
        new SipCredentials("alice", "secret").ToString().Should().Be("alice (any realm)");
        SipCredentials.FromHa1("alice", "r", Hash, SipDigestAlgorithm.Md5).ToString().Should().Be("alice (realm 'r')");
        $"{new CredentialScope("a", null, [new SipCredentials("alice", "secret")])}".Should().NotContain("secret");
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    public void UserName_ThatBreaksTheLine_Throws(string name)
    {
        var make = () => new SipCredentials(name, "x");
        make.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("939e7578ed9e3c518a452acee763bce")]
    [InlineData("939e7578ed9e3c518a452acee763bceg")]
    [InlineData("939e7578ed9e3c518a452acee763bce9939e7578ed9e3c518a452acee763bce9")]
    public void FromHa1_WrongHash_ThrowsWithoutShowingIt(string hash)
    {
        var make = () => SipCredentials.FromHa1("alice", "r", hash, SipDigestAlgorithm.Md5);
        var message = make.Should().Throw<ArgumentException>().Which.Message;
        if (hash.Length > 0) message.Should().NotContain(hash);
    }

    [Fact]
    public void SecretHash_OtherRealmOrAlgorithmOrNoSecret_IsNull()
    {
        var hashed = SipCredentials.FromHa1("alice", "r", Hash.ToUpperInvariant(), SipDigestAlgorithm.Md5Session);
        hashed.SecretHash("r", SipDigestAlgorithm.Md5).Should().Be(Hash);
        hashed.SecretHash("R", SipDigestAlgorithm.Md5).Should().BeNull();
        hashed.SecretHash("r", SipDigestAlgorithm.Sha256).Should().BeNull();
        new SipCredentials { UserName = "alice" }.SecretHash("r", SipDigestAlgorithm.Md5).Should().BeNull();
        new SipCredentials("alice", "", "r").SecretHash("r", SipDigestAlgorithm.Md5).Should().NotBeNull("an empty password is one");
    }
}
