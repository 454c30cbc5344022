using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;
using ModernSip.ScenarioTests.Server;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>A client behind a translator of addresses, and a server that does no more than RFC 3581 asks.</summary>
public sealed class TranslatorTests : ServerWorld
{
    [Fact, Trait("Req", "A9"), Trait("Req", "C1")]
    public void Register_BehindATranslator_WhatIsSentToTheContactArrives()
    {
        var nat = World.Network.CreateNat("10.0.0.200");
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var process = Start(nat.CreateHost("192.168.1.2"));
            await using var connection = await process.Client.ConnectAsync();
            using var reading = new CancellationTokenSource();
            var incoming = FirstAsync(connection, reading.Token);
            await using var registration = await RegisterAsync(connection, "alice");
            var binding = server.Bindings["alice"].Should().ContainSingle("the one that leads nowhere was taken back").Subject;
            binding.Contact.Uri.Host.Should().Be("10.0.0.200");

            await using var bob = await ConnectAsync("bob", "bob");
            var final = bob.SendAsync(SipRequest.Message(UriOf("alice"), "hello")).FinalAsync();
            await (await incoming).RespondAsync(SipStatus.Ok);
            (await final).StatusCode.Should().Be(200);
            await reading.CancelAsync();
        });
    }

    [Fact, Trait("Req", "C2"), Trait("Class", "50")]
    public void Class50_TranslatorForgetsItsMapping_TheNextRefreshBindsTheNewOne()
    {
        var nat = World.Network.CreateNat("10.0.0.200");
        World.Run(async () =>
        {
            await using var server = await StartServerAsync();
            await using var process = Start(nat.CreateHost("192.168.1.2"));
            await using var connection = await process.Client.ConnectAsync();
            await using var registration = await RegisterAsync(connection, "alice", TimeSpan.FromMinutes(2));
            var before = server.Bindings["alice"].Single().Contact.Uri;
            nat.ForgetMappings();
            await World.Pass(TimeSpan.FromMinutes(2));
            var after = server.Bindings["alice"].Should().ContainSingle().Subject.Contact.Uri;
            after.Host.Should().Be("10.0.0.200");
            after.Port.Should().NotBe(before.Port);
            registration.IsActive.Should().BeTrue();
        });
    }

    private SimulatedProcess Start(SipSimulatedHost host) =>
        new(World, host, static services => services.AddSipClient(static options =>
        {
            options.LocalAddress = "192.168.1.2:5060";
            options.From = $"<{UriOf("alice")}>";
            options.Credentials.Add(new SipCredentials("alice", "ecila"));
        }));

    private static async Task<SipIncomingRequest> FirstAsync(SipConnection connection, CancellationToken cancellationToken)
    {
        await foreach (var incoming in connection.IncomingAsync(cancellationToken)) return incoming;
        throw new InvalidOperationException("The stream ended.");
    }
}
