using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Registrations at Kamailio's usrloc and auth, through what happens to a registrar in a long life.</summary>
[Trait("Needs", "sip")]
public sealed class KamailioRegistrationTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact, Trait("Req", "F5")]
    public async Task Register_RegistrarAsksForSha256_IsAnswered()
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new() { DigestAlgorithm = "SHA-256" });
        var register = Register(kamailio, "alice", "wonderland", "--keep", "0", "--trace");
        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        await kamailio.WaitForLogAsync("saved alice", Deadline);
        register.Events.Entries.Count(static said => said.Name == "received" && said.Number("status") == 401).Should().Be(1, "the nonce is used beforehand for the second REGISTER");
    }

    [Fact, Trait("Req", "C2"), Trait("Req", "C3")]
    public async Task Register_RegistrarRestartsAndOnePasswordIsAnother_OneIsRefreshedAndOneEndsWithTheResponse()
    {
        var options = new KamailioOptions { MaxExpires = 30 };
        var kamailio = await KamailioServer.StartAsync(Bench, options);
        var alice = Register(kamailio, "alice", "wonderland", "--keep", "29");
        var bob = Register(kamailio, "bob", "builder", "--keep", "40");
        await alice.WaitForAsync("registration", "state", "active", Deadline);
        await bob.WaitForAsync("registration", "state", "active", Deadline);

        kamailio = await kamailio.RestartAsync(Bench, options with { Accounts = new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "wonderland", ["bob"] = "another" } });

        await alice.WaitForAsync("registration", "state", "refreshed", Deadline);
        (await alice.WaitForExitAsync(Deadline)).Should().Be(0);
        await kamailio.WaitForLogAsync("saved alice", Deadline);
        (await bob.WaitForAsync("registration", "state", "inactive", Deadline)).Text("cause").Should().NotBeNullOrEmpty();
        (await bob.WaitForAsync("error", "type", "SipRefreshException", Deadline)).Number("status").Should().Be(401);
        (await bob.WaitForExitAsync(Deadline)).Should().Be(1);
    }

    private SipCommand Register(KamailioServer kamailio, string user, string password, params string[] more) =>
        SipCommand.Start(Bench, "register", [kamailio.AddressOfRecord(user), "--registrar", kamailio.Uri, "--expires", "30", "--user", user, "--password", password, .. more]);
}
