using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using ModernSip.Profiles;
using ModernSip.Testing;

namespace ModernSip.AspNetCore.Tests;

public sealed class SipHealthTests
{
    [Fact, Trait("Req", "C9")]
    public async Task Health_OneProfileIsRefused_SaysWhichAndSinceWhenAndWhy()
    {
        await using var server = await SipTestServer.StartAsync(new() { LocalAddress = "127.0.0.1:0", Accounts = { ["alice"] = "secret" } });
        var store = new SipMemoryProfileStore(
            new SipProfile { Name = "good", AddressOfRecord = server.UriOf("alice").ToString(), Password = "secret" },
            new SipProfile { Name = "bad", AddressOfRecord = server.UriOf("alice").ToString(), UserName = "alice", Password = "wrong", IsEnabled = false });
        var services = new ServiceCollection();
        services.AddLogging().AddSipClient(static options => options.LocalAddress = "127.0.0.1:0").AddSipProfiles(_ => store).AddHealthChecks().AddSip();
        await using var provider = services.BuildServiceProvider();
        var agent = provider.GetRequiredService<SipProfileAgent>();
        var health = provider.GetRequiredService<HealthCheckService>();
        var registered = WaitForAsync(agent, "good", SipProfileState.Registered);
        foreach (var hosted in provider.GetServices<IHostedService>().OfType<SipProfileAgent>()) await hosted.StartAsync(default);
        await registered;
        (await health.CheckHealthAsync()).Status.Should().Be(HealthStatus.Healthy, "a disabled profile is nobody's concern");

        var failed = WaitForAsync(agent, "bad", SipProfileState.Failed);
        await agent.EnableAsync("bad");
        await failed;
        var entry = (await health.CheckHealthAsync()).Entries["sip"];
        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Description.Should().StartWith("bad is Failed since ").And.Contain("refused").And.NotContain("wrong");
        entry.Data.Should().Contain("good", "Registered").And.Contain("bad", "Failed");
        await agent.StopAsync(default);
    }

    [Fact]
    public void SecretProtection_OverDataProtection_GivesTheSecretBack()
    {
        using var provider = new ServiceCollection().AddLogging().AddSipSecretProtection().BuildServiceProvider();
        var protector = provider.GetRequiredService<ISipSecretProtector>();
        var text = protector.Protect("wonderland");
        text.Should().NotContain("wonderland");
        protector.Unprotect(text).Should().Be("wonderland");
    }

    private static async Task WaitForAsync(SipProfileAgent agent, string name, SipProfileState state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await foreach (var news in agent.EventsAsync(limit.Token))
            {
                if (news.Name == name && news.State == state) return;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{name} did not become {state}: {string.Join("; ", agent.Profiles)}");
        }
    }
}
