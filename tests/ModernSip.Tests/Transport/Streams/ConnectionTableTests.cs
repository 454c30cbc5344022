using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Messages;
using ModernSip.Transport;
using ModernSip.Transport.Streams;

namespace ModernSip.Tests.Transport.Streams;

public sealed class ConnectionTableTests
{
    private readonly ManualTime _time = new();
    private readonly ConnectionTable _table = new(new SipStreamOptions { MaxConnections = 3, MaxConnectionsPerAddress = 2 });
    private int _port = 40_000;

    [Fact]
    public async Task Class05_Full_TheLongestIdleGoes()
    {
        var first = await OpenAsync("127.0.0.1", speaks: true);
        _time.Advance(TimeSpan.FromSeconds(5));
        await OpenAsync("127.0.0.2", speaks: true);
        await OpenAsync("127.0.0.3", speaks: true);
        _time.Advance(TimeSpan.FromSeconds(32));

        _table.TryMakeRoom(IPAddress.Parse("127.0.0.4"), out var victim).Should().BeTrue();

        victim.Should().BeSameAs(first);
    }

    [Fact]
    public async Task Class05_Full_TheSilentGoesBeforeTheIdle()
    {
        await OpenAsync("127.0.0.1", speaks: true);
        _time.Advance(TimeSpan.FromSeconds(31));
        var silent = await OpenAsync("127.0.0.2", speaks: false);
        await OpenAsync("127.0.0.3", speaks: true);

        _table.TryMakeRoom(IPAddress.Parse("127.0.0.4"), out var victim).Should().BeTrue();

        victim.Should().BeSameAs(silent);
    }

    [Fact]
    public async Task Class05_FullOfConnectionsInUse_TheNewOneGoes()
    {
        for (var i = 1; i <= 3; i++) await OpenAsync($"127.0.0.{i}", speaks: true);
        _time.Advance(TimeSpan.FromSeconds(31));

        _table.TryMakeRoom(IPAddress.Parse("127.0.0.4"), out _).Should().BeFalse();
    }

    [Fact]
    public async Task Class05_AddressFull_ItsOwnConnectionGoes()
    {
        var other = await OpenAsync("127.0.0.1", speaks: false);
        _time.Advance(TimeSpan.FromSeconds(5));
        var own = await OpenAsync("127.0.0.2", speaks: false);
        _time.Advance(TimeSpan.FromSeconds(5));

        _table.TryMakeRoom(IPAddress.Parse("127.0.0.2"), out var none).Should().BeTrue();
        await OpenAsync("127.0.0.2", speaks: false);
        _table.TryMakeRoom(IPAddress.Parse("127.0.0.2"), out var victim).Should().BeTrue();

        none.Should().BeNull();
        victim.Should().BeSameAs(own).And.NotBeSameAs(other);
    }

    [Fact]
    public async Task Retire_Twice_FreesOnePlace()
    {
        for (var i = 1; i <= 3; i++) await OpenAsync($"127.0.0.{i}", speaks: true);
        var flow = _table.Flows.First();

        _table.Retire(flow);
        _table.Retire(flow);

        _table.Find(flow.RemoteEndPoint, hostName: null).Should().BeNull();
        _table.TryMakeRoom(flow.RemoteEndPoint.Address, out _).Should().BeTrue();
        await OpenAsync("127.0.0.4", speaks: true);
        _table.TryMakeRoom(flow.RemoteEndPoint.Address, out _).Should().BeFalse("only one place was freed");
    }

    [Fact]
    public async Task Opened_ByThisSide_AreNotCounted()
    {
        for (var i = 1; i <= 5; i++) await OpenAsync("127.0.0.1", speaks: true, accepted: false);

        _table.TryMakeRoom(IPAddress.Loopback, out var victim).Should().BeTrue();

        victim.Should().BeNull();
    }

    private async Task<StreamFlow> OpenAsync(string address, bool speaks, bool accepted = true)
    {
        var counters = new TransportCounters(SipTransportProtocol.Tcp, metrics: null);
        var receiver = new GuardedReceiver(new RecordingReceiver(), counters, NullLogger.Instance, new LogGate(_time));
        var context = new StreamContext(receiver, SipStreamOptions.Default, SipMessageLimits.Default, _time, counters, new LogGate(_time), NullLogger.Instance);
        var stream = new ScriptedStream();
        var remote = new IPEndPoint(IPAddress.Parse(address), _port++);
        var flow = new StreamFlow(stream, socket: null, SipTransportProtocol.Tcp, new IPEndPoint(IPAddress.Loopback, 5060), remote, accepted, PeerProof.NotAsked, context);
        flow.Start(_table);
        if (speaks) await stream.FeedAsync(TestMessages.Options(1));
        return flow;
    }
}
