using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Requests;

/// <summary>Servers that say that they have too much to do (RFC 7339, RFC 7415), and sources that ask too much of us.</summary>
public sealed class OverloadTests
{
    [Fact]
    public void Send_ServerAsksForHalf_GetsAboutHalf() => Run(async (world, connection, peer) =>
    {
        Say(peer, "oc=50;oc-algo=\"loss\";oc-validity=60000;oc-seq=1");
        var refused = await CountRefusedAsync(connection, 200);
        refused.Should().BeInRange(70, 130);
        peer.Requests.Should().HaveCount(200 - refused);
        peer.Requests.Should().OnlyContain(static request => request.Headers.Via!.Parameters.Contains("oc") && request.Headers.Via!.Parameters["oc-algo"] == "loss,rate");
    });

    [Fact]
    public void Send_ServerNamesARate_GetsNoMore() => Run(async (world, connection, peer) =>
    {
        Say(peer, "oc=10;oc-algo=\"rate\";oc-validity=60000;oc-seq=1");
        await CountRefusedAsync(connection, 1);
        var before = peer.Requests.Count;
        var refused = 0;
        for (var i = 0; i < 100; i++)
        {
            refused += await CountRefusedAsync(connection, 1);
            await world.Pass(0.02);
        }

        (peer.Requests.Count - before).Should().BeInRange(18, 30, "two seconds and a bit at ten a second, and the tolerance");
        refused.Should().BeGreaterThan(60);
    });

    [Fact]
    public void Send_WhatTheServerSaidHasEnded_GoesThroughAgain() => Run(async (world, connection, peer) =>
    {
        Say(peer, "oc=100;oc-validity=1000;oc-seq=1");
        (await CountRefusedAsync(connection, 3)).Should().Be(2);
        await world.Pass(1.1);
        Say(peer, "oc=0;oc-seq=2");
        (await CountRefusedAsync(connection, 3)).Should().Be(0);
    });

    [Fact, Trait("Class", "35"), Trait("Class", "48")]
    public void Class48_Messages_FloodOfOneSource_Gets503AndOthersAreServed()
    {
        var world = new World();
        world.Run(async () =>
        {
            var flooder = await RawPeer.BindAsync(world, "10.0.0.5");
            var other = await RawPeer.BindAsync(world, "10.0.0.6");
            await using var connection = await world.CreateClient("10.0.0.1", services: static services => services.ConfigureSipStack(static options => options.MaxRequestsPerSource = 5)).ConnectAsync();
            for (var i = 0; i < 50; i++) await flooder.SendAsync(flooder.Create(SipMethod.Options, "sip:alice@10.0.0.1"), "10.0.0.1");
            await other.SendAsync(other.Create(SipMethod.Options, "sip:alice@10.0.0.1"), "10.0.0.1");
            (await other.ResponseAsync(200)).Should().NotBeNull();
            await world.Pass(1);
            flooder.Responses(200).Should().HaveCount(10);
            flooder.Responses(503).Should().HaveCount(40).And.OnlyContain(static response => response.Headers["Retry-After"] == "1");
        });
    }

    private static void Say(AnsweringPeer peer, string parameters) => peer.Answer = request =>
    {
        var response = AnsweringPeer.Respond(request, SipStatus.Ok);
        var via = response.Headers["Via"]!.Replace(";oc;oc-algo=\"loss,rate\"", "", StringComparison.Ordinal);
        response.Headers["Via"] = $"{via};{parameters}";
        return [response];
    };

    private static async Task<int> CountRefusedAsync(SipConnection connection, int count)
    {
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            if ((await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode == 503) refused++;
        }

        return refused;
    }

    private static void Run(Func<World, SipConnection, AnsweringPeer, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient(
                "10.0.0.1",
                services: static services => services.ConfigureSipStack(static options => options.OverloadControl = true)).ConnectAsync();
            await test(world, connection, peer);
        });
    }
}
