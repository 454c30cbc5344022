using System.Net;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>One stack and its application, which does at random what applications do, well and badly.</summary>
internal sealed class Party(SeedRun run, string address, ISipClient client, Dice dice)
{
    private readonly List<(TimeSpan From, TimeSpan To)> _closed = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public string Address => address;

    public SeedRun Run => run;

    public Ledger Ledger => run.Ledger;

    public SipConnection? Connection { get; private set; }

    public SipSimulatedHost Host => run.World.Hosts[address];

    public static SipContent Body => SipContent.Sdp(Scene.Offer);

    public async Task OpenAsync()
    {
        Connection = await client.ConnectAsync();
        var connection = Connection;
        Ledger.Begin("listening", () => ListenAsync(connection, dice.Fork()));
    }

    public async Task CloseAsync()
    {
        if (Connection is not { } connection) return;
        Connection = null;
        var since = run.Now;
        _closed.Add((since, TimeSpan.MaxValue));
        await connection.DisposeAsync();
    }

    public async Task ReopenAsync()
    {
        if (Connection is not null) return;
        _seen.Clear(); // it has lost its memory, as after a crash
        await OpenAsync();
        _closed[^1] = (_closed[^1].From, run.Now);
    }

    /// <summary>Whether what this side owed to a message of a given time may be missing, since its connection was closed then or soon after.</summary>
    public bool WasClosed(TimeSpan at) => _closed.Exists(closed => at <= closed.To && closed.From <= at + TimeSpan.FromMinutes(4));

    /// <summary>How often this side had been closed by a time.</summary>
    public int LifeOf(TimeSpan at) => _closed.Count(closed => closed.To <= at);

    public string UriOf(Party peer) => $"sip:party@{peer.Address}{(dice.Chance(0.3) ? ";transport=tcp" : "")}";

    /// <summary>Does a number of things, each at a time of its own.</summary>
    public void Act(IReadOnlyList<Party> peers, int actions, double seconds)
    {
        for (var i = 0; i < actions; i++)
        {
            var (at, peer, own) = (dice.Seconds(0, seconds), peers[dice.Next(peers.Count)], dice.Fork());
            var what = dice.Next(100);
            var uri = UriOf(peer);
            if (what < 50) Ledger.Begin("call", () => AfterAsync(at, connection => new Caller(this, connection, own).CallAsync(uri)), () => true);
            else Ledger.Begin("request", () => AfterAsync(at, connection => new Sender(this, connection, own).SendAsync(uri)), () => true);
        }
    }

    /// <summary>Notes that a request reached the application; a repeat must not.</summary>
    public void Saw(SipRequest request)
    {
        if (!_seen.Add($"{request.Headers.CallId} {request.Headers.From!.Tag} {request.Headers.CSeq}")) Ledger.Violations.Add($"{address} was given a request twice: {request.Method} {request.Headers.CallId}");
    }

    private async Task<string> AfterAsync(TimeSpan at, Func<SipConnection, Task<string>> act)
    {
        await run.Delay(at);
        return Connection is { } connection ? await act(connection) : "not begun";
    }

    private async Task<string> ListenAsync(SipConnection connection, Dice own)
    {
        while (true)
        {
            try
            {
                await foreach (var incoming in connection.IncomingAsync())
                {
                    Saw(incoming.Request);
                    var answerer = new Answerer(this, own.Fork());
                    Ledger.Begin($"answer to {incoming.Request.Method}", () => answerer.HandleAsync(incoming));
                    if (own.Chance(0.03)) throw new ApplicationFault();
                }

                return "connection closed";
            }
            catch (ApplicationFault)
            {
                await run.Delay(own.Seconds(0, 3)); // the application starts its loop again
            }
        }
    }
}
