using System.Collections.Concurrent;
using System.Net;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Stack.Overload;

/// <summary>What servers say of their load, and which requests they are spared. Of those that say nothing, nothing is kept.</summary>
internal sealed class OverloadControl(SipPlatform platform)
{
    private const int MostServers = 1_000;

    private readonly ConcurrentDictionary<(SipTransportProtocol Protocol, IPEndPoint Server), Server> _servers = new();
    private readonly long _begun = platform.Time.GetTimestamp();

    private TimeSpan Now => platform.Time.GetElapsedTime(_begun);

    /// <summary>Says in a request's Via that this side listens to what the server will say (RFC 7339 §5.1).</summary>
    public static SipVia Announce(SipVia via) => via.WithParameter("oc").WithParameter("oc-algo", OverloadMachine.Algorithms);

    /// <summary>A response came. On any shard.</summary>
    public void Learn(SipFlow flow, SipVia via)
    {
        if (via.Text.Span.IndexOf("oc="u8) < 0) return;
        var key = (flow.Protocol, flow.RemoteEndPoint);
        if (!_servers.TryGetValue(key, out var server))
        {
            if (_servers.Count >= MostServers) _servers.Clear(); // they will say it again
            server = _servers.GetOrAdd(key, static _ => new Server());
        }

        server.Learn(via.Parameters, Now);
    }

    /// <summary>Whether a request is sent to the server, or spared it. On any shard.</summary>
    public bool Admits(SipFlow flow, SipRequest request) =>
        _servers.IsEmpty || OverloadMachine.IsSpared(request) || !_servers.TryGetValue((flow.Protocol, flow.RemoteEndPoint), out var server) || server.Admits(Now, platform.Random.NextDouble());

    private sealed class Server
    {
        private readonly Lock _gate = new(); // requests of all shards go to one server
        private OverloadState _state;

        public void Learn(SipParameters via, TimeSpan now)
        {
            lock (_gate) _state = OverloadMachine.Learn(_state, via, now); // see above
        }

        public bool Admits(TimeSpan now, double chance)
        {
            lock (_gate) return OverloadMachine.Admits(ref _state, now, chance); // see above
        }
    }
}
