using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>How a <see cref="SipTestServer"/> behaves. Copied when it starts; later changes have no effect.</summary>
public sealed class SipTestServerOptions
{
    /// <summary>The address to bind, with or without a port; port 0 takes a free one. Default: "127.0.0.1:0".</summary>
    public string LocalAddress { get; set; } = "127.0.0.1:0";

    /// <summary>The realm of challenges. Default: "modernsip.test".</summary>
    public string Realm { get; set; } = "modernsip.test";

    /// <summary>Who may register: user → password. Names are compared with case (RFC 3261 §19.1.4). Default: nobody.</summary>
    public IDictionary<string, string> Accounts { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The user who answers calls and sends messages back; null for none. Default: "echo".</summary>
    public string? EchoUser { get; set; } = "echo";

    /// <summary>How long the echo user takes until it rings, and again until it answers. Above 200 ms the caller sees a 100 first. Default: no time.</summary>
    public TimeSpan EchoPause { get; set; }

    /// <summary>The shortest registration; a shorter wish is refused with 423. Whole seconds, at most an hour. Default: 30 s.</summary>
    public TimeSpan MinExpires { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest registration; a longer wish is cut to it. Default: 1 hour.</summary>
    public TimeSpan MaxExpires { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The registration of those who name no expiry. Default: 1 hour.</summary>
    public TimeSpan DefaultExpires { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The algorithms that challenges offer. Default: SHA-256 and MD5.</summary>
    public IList<SipDigestAlgorithm> DigestAlgorithms { get; } = [SipDigestAlgorithm.Sha256, SipDigestAlgorithm.Md5];

    /// <summary>How long a nonce may be used before it is stale. Default: 5 minutes.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether calls, messages and everything else but REGISTER are challenged too, with 407. Default: false.</summary>
    public bool AuthenticateCalls { get; set; }

    /// <summary>The clock, the randomness and where continuations run: <see cref="SipSimulation.Platform"/> in a simulation. Default: the real ones.</summary>
    public SipPlatform? Platform { get; set; }

    /// <summary>The transports, for example those of a <see cref="SipSimulatedHost"/>. Default: UDP and TCP on real sockets.</summary>
    public IList<ISipTransport> Transports { get; } = [];

    /// <summary>See every message on the wire. Default: none.</summary>
    public IList<ISipMessageTap> Taps { get; } = [];

    /// <summary>Where the server and its stack log; null for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
