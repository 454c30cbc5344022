using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModernSip.Errors;
using ModernSip.Profiles;
using ModernSip.Transport;

namespace ModernSip.Tests.Profiles;

public sealed class ConfigurationProfilesTests
{
    [Fact, Trait("Req", "C9")]
    public async Task Read_Section_GivesAProfileForEachChild()
    {
        await using var services = Services(Section(
            ("alice:AddressOfRecord", "sip:alice@example.com"), ("alice:Password", "secret"), ("alice:Transport", "Tcp"), ("alice:Expires", "00:10:00"), ("alice:IsDefault", "true"),
            ("bob:AddressOfRecord", "sip:bob@example.com"), ("bob:IsEnabled", "false")));
        var store = services.GetRequiredService<ISipProfileStore>();
        var profiles = await store.ReadAllAsync(default);
        profiles.Select(static profile => (profile.Name, profile.AddressOfRecord, profile.Password, profile.Transport, profile.Expires, profile.IsEnabled, profile.IsDefault)).Should().BeEquivalentTo(
            new[]
            {
                ("alice", "sip:alice@example.com", (string?)"secret", (SipTransportProtocol?)SipTransportProtocol.Tcp, TimeSpan.FromMinutes(10), true, true),
                ("bob", "sip:bob@example.com", null, null, TimeSpan.FromHours(1), false, false),
            });
        services.GetServices<IHostedService>().Should().ContainSingle().Which.Should().BeSameAs(services.GetRequiredService<SipProfileAgent>());
        var saving = () => store.SaveAsync(profiles[0], default);
        await saving.Should().ThrowAsync<SipProfileStoreException>();
    }

    [Fact, Trait("Req", "C9")]
    public async Task WaitForChange_ConfigurationReloads_Ends()
    {
        var root = Section(("alice:AddressOfRecord", "sip:alice@example.com"));
        await using var services = Services(root);
        var store = services.GetRequiredService<ISipProfileStore>();
        var waiting = store.WaitForChangeAsync(default);
        root["alice:AddressOfRecord"] = "sip:alice@example.net";
        waiting.IsCompleted.Should().BeFalse();
        root.Reload();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        (await store.ReadAllAsync(default)).Should().ContainSingle();
    }

    [Fact]
    public async Task Read_ValueThatDoesNotFit_IsAClearError()
    {
        await using var services = Services(Section(("alice:Expires", "soon")));
        var reading = () => services.GetRequiredService<ISipProfileStore>().ReadAllAsync(default);
        (await reading.Should().ThrowAsync<SipProfileStoreException>()).Which.Message.Should().Contain("Expires");
    }

    private static ServiceProvider Services(IConfiguration section) => new ServiceCollection().AddSipClient().AddSipProfiles(section).BuildServiceProvider();

    private static IConfigurationRoot Section(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static value => KeyValuePair.Create<string, string?>(value.Key, value.Value))).Build();
}
