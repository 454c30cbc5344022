using System.Net;
using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Transactions;
using ModernSip.Transactions.Engine;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;

namespace ModernSip;

/// <summary>How the stack behaves that all clients of the process share.</summary>
public sealed class SipStackOptions
{
    /// <summary>The estimate of a round trip, timer T1; most other timers follow from it. 10 ms to 10 s. Default: 500 ms (RFC 3261 §17.1.1.1).</summary>
    public TimeSpan T1 { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest interval between retransmissions, timer T2. Not below T1. Default: 4 s.</summary>
    public TimeSpan T2 { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a message may stay in the network, timer T4. Default: 5 s.</summary>
    public TimeSpan T4 { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an INVITE may wait for its final response after the last provisional one. Default: 3 minutes.</summary>
    public TimeSpan ProceedingLimit { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>The largest message in octets that is accepted. Default: 262,144.</summary>
    public int MaxMessageSize { get; set; } = SipMessageLimits.Default.MaxMessageSize;

    /// <summary>The largest header section in octets that is accepted. 1,024 to 16,777,215. Default: 65,536.</summary>
    public int MaxHeaderSectionSize { get; set; } = SipMessageLimits.Default.MaxHeaderSectionSize;

    /// <summary>The longest header field in octets that is accepted, with its folded lines. 256 to 65,000. Default: 16,384.</summary>
    public int MaxHeaderLength { get; set; } = SipMessageLimits.Default.MaxHeaderLength;

    /// <summary>The largest number of header fields that is accepted. 16 to 65,536. Default: 256.</summary>
    public int MaxHeaderCount { get; set; } = SipMessageLimits.Default.MaxHeaderCount;

    /// <summary>The largest number of Via values that is accepted. 1 to 65,536. Default: 71, one more than the usual Max-Forwards.</summary>
    public int MaxViaCount { get; set; } = SipMessageLimits.Default.MaxViaCount;

    /// <summary>The largest number of parameters in one header field that is accepted. 16 to 65,536. Default: 1,024.</summary>
    public int MaxParameterCount { get; set; } = SipMessageLimits.Default.MaxParameterCount;

    /// <summary>
    /// The largest number of server transactions; beyond, new requests get 503 with Retry-After, and those in known dialogs are taken up to twice as many. One
    /// stays for 64*T1 behind each request that was answered, and costs less than 1 KiB. Default: 400,000, some 6,000 calls a second.
    /// </summary>
    public int MaxServerTransactions { get; set; } = 400_000;

    /// <summary>
    /// The largest number of received messages that wait to be handled; beyond, they are dropped and counted as a lost datagram would be. Requests that begin
    /// something are let in up to a half, so that what is under way goes on. Default: 4,096: more would be answered later than its sender waits.
    /// </summary>
    public int MaxWaitingMessages { get; set; } = 4_096;

    /// <summary>
    /// The DNS servers to ask, each an address with or without a port, for example "192.0.2.53" or "127.0.0.1:5353". Default: none, so that those of
    /// the operating system are asked, and its hosts file is read.
    /// </summary>
    public IList<string> DnsServers { get; } = [];

    /// <summary>How long looking the next hop of a request up may take, all its questions together. Default: 10 s.</summary>
    public TimeSpan ResolutionLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a target that failed comes behind the others that a name leads to; one that answered 503 with Retry-After is believed, up to an hour.
    /// Default: 1 minute.
    /// </summary>
    public TimeSpan FailedTargetPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many requests outside of dialogs one source may send in a second, with bursts of twice as many; beyond, they get 503 with Retry-After. A source is
    /// an IPv4 address or an IPv6 network of 64 bits; loopback addresses are not limited. 0 for no limit. Default: 1,000.
    /// </summary>
    public int MaxRequestsPerSource { get; set; } = 1_000;

    /// <summary>
    /// How long a peer is asked to stay away (Retry-After) whose request is refused with 503 because too much waits already (RFC 3261 §21.5.4). Each is told
    /// between this and twice as much, by chance, so that they do not come back together. 1 s to 1 hour. Default: 5 s.
    /// </summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether servers are asked in Via to say when they have too much to do, and are then sent less (RFC 7339; by RFC 7415 where they name a rate). Requests
    /// that a server is spared count as answered with 503, so that the next server is tried. Default: false, as few endpoints need it.
    /// </summary>
    public bool OverloadControl { get; set; }

    /// <summary>Whether the taps (<see cref="Diagnostics.ISipMessageTap"/>) see passwords, keys, nonces and answers to challenges as they were sent. Default: false, asterisks stand in their place.</summary>
    public bool ShowCredentialsToTaps { get; set; }

    /// <summary>
    /// How many of the last calls and requests can be explained: of each the messages and decisions are kept, up to 200, some 30 KiB at most. See
    /// <see cref="SipInviteDialog.Explain"/> and <see cref="SipDiagnostics.Ladders"/>. 0 to 100,000. Default: 0, none, which costs nothing.
    /// </summary>
    public int KeptLadders { get; set; }

    /// <summary>
    /// TLS: this side's certificate, whom to trust, what to ask of peers. With a certificate the stack listens for TLS at the port above that of UDP and
    /// TCP, as 5061 stands above 5060; without, it opens TLS connections only.
    /// </summary>
    public SipTlsOptions Tls { get; } = new();

    /// <summary>How many accepted connections of one transport and local address are held at most; the longest idle makes room. Default: 10,000.</summary>
    public int MaxConnections { get; set; } = SipStreamOptions.Default.MaxConnections;

    /// <summary>How many of them are held from one remote address. Default: 1,000.</summary>
    public int MaxConnectionsPerAddress { get; set; } = SipStreamOptions.Default.MaxConnectionsPerAddress;

    /// <summary>How long a connection stays open on which nothing arrives, not even a keep-alive. Default: 32 minutes.</summary>
    public TimeSpan ConnectionIdleLimit { get; set; } = SipStreamOptions.Default.IdleTimeout;

    /// <summary>The path at servers that are reached over WebSockets (RFC 7118 leaves it open). Default: "/ws".</summary>
    public string WebSocketPath { get; set; } = "/ws";

    internal static IPEndPoint? ReadDnsServer(string text)
    {
        if (!IPEndPoint.TryParse(text, out var server)) return null;
        return server.Port == 0 ? new IPEndPoint(server.Address, 53) : server;
    }

    internal IReadOnlyList<IPEndPoint> ReadDnsServers() => [.. DnsServers.Select(ReadDnsServer).OfType<IPEndPoint>()]; // validated before

    internal StackSettings ToSettings()
    {
        var limits = new EngineLimits();
        return new StackSettings
        {
            Timers = new TransactionTimers { T1 = T1, T2 = T2, T4 = T4, ProceedingLimit = ProceedingLimit },
            MaxRequestsPerSource = MaxRequestsPerSource,
            ShowsCredentials = ShowCredentialsToTaps,
            MessageLimits = new SipMessageLimits
            {
                MaxMessageSize = MaxMessageSize,
                MaxHeaderSectionSize = MaxHeaderSectionSize,
                MaxHeaderLength = MaxHeaderLength,
                MaxHeaderCount = MaxHeaderCount,
                MaxViaCount = MaxViaCount,
                MaxParameterCount = MaxParameterCount,
            },
            Tls = Tls,
            WebSocketPath = WebSocketPath,
            Streams = SipStreamOptions.Default with { MaxConnections = MaxConnections, MaxConnectionsPerAddress = MaxConnectionsPerAddress, IdleTimeout = ConnectionIdleLimit },
            ControlsOverload = OverloadControl,
            Limits = limits with
            {
                MaxServerTransactions = Math.Max(1, MaxServerTransactions / limits.ShardCount),
                MaxQueueLength = Math.Max(1, MaxWaitingMessages / limits.ShardCount),
                RetryAfter = RetryAfter,
            },
        };
    }
}
