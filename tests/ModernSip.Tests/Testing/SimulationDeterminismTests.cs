using System.Net;
using System.Text;
using ModernSip.Platform;
using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SimulationDeterminismTests
{
    [Fact]
    public void Run_SameSeed_GivesTheSameCaptureOctetForOctet()
    {
        var first = Capture(seed: 1);

        Capture(seed: 1).Should().Equal(first);
        first.Should().HaveCountGreaterThan(100);
        Capture(seed: 2).Should().NotEqual(first);
    }

    [Fact]
    public async Task Network_OnTheRealClock_DeliversInOrder()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var network = new SipSimulatedNetwork(SipPlatform.Default);
        var (one, other) = (network.CreateHost("10.0.0.1"), network.CreateHost("10.0.0.2"));
        var alice = await NetworkPeer.BindAsync(TimeProvider.System, one, one.Tcp);
        var bob = await NetworkPeer.BindAsync(TimeProvider.System, other, other.Tcp);
        bob.Answer = (_, text) => { if (text == "99") arrived.SetResult(); };

        var flow = await alice.ConnectAsync(bob.Local);
        for (var i = 0; i < 100; i++) flow.Send(Encoding.UTF8.GetBytes($"{i}"));
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));

        bob.Messages.Should().Equal(Enumerable.Range(0, 100).Select(i => $"{i}"));
    }

    // A toy protocol: each number is repeated after a random time until it is answered, by datagrams and by a stream.
    private static List<string> Capture(ulong seed)
    {
        using var simulation = new SipSimulation(seed);
        using var network = new SipSimulatedNetwork(simulation, new SipNetworkConditions { Loss = 0.3, Duplication = 0.1, Reordering = 0.1, MaxDelay = TimeSpan.FromMilliseconds(40) });
        var (one, other) = (network.CreateHost("10.0.0.1"), network.CreateHost("10.0.0.2"));
        simulation.Run(async () =>
        {
            var udp = Talk(one.Udp, other.Udp, 5060);
            var tcp = Talk(one.Tcp, other.Tcp, 5060);
            await Task.WhenAll(udp, tcp);
        });
        return network.Captured.Select(packet => $"{packet} {Convert.ToHexString(packet.Content.Span)}").ToList();

        async Task Talk(ModernSip.Transport.ISipTransport from, ModernSip.Transport.ISipTransport to, int port)
        {
            var alice = await NetworkPeer.BindAsync(simulation.Time, one, from, port);
            var bob = await NetworkPeer.BindAsync(simulation.Time, other, to, port);
            bob.Answer = (flow, text) => flow.Send(Encoding.UTF8.GetBytes("ok " + text));
            var flow = await alice.ConnectAsync(new IPEndPoint(other.Address, port));
            for (var i = 0; i < 40; i++)
            {
                var word = simulation.Random.NextToken(8);
                while (!alice.Messages.Contains("ok " + word))
                {
                    flow.Send(Encoding.UTF8.GetBytes(word));
                    await simulation.DelayAsync(TimeSpan.FromMilliseconds(20 + (100 * simulation.Random.NextDouble())));
                }
            }
        }
    }
}
