using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

[Trait("Needs", "sip")]
public sealed class RegisterOptionTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact, Trait("Req", "F6")]
    public async Task Register_SecAgree_OffersDigestAndToldOtherwiseGoesOn()
    {
        var kamailio = await KamailioServer.StartAsync(Bench);
        var register = SipCommand.Start(Bench, "register", kamailio.AddressOfRecord("alice"), "--registrar", kamailio.Uri, "--user", "alice", "--password", "wonderland", "--sec-agree", "--cache-proxy", "--trace");
        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        register.StandardError.Should().Contain("Security-Client: digest").And.Contain("Require: sec-agree");
    }
}
