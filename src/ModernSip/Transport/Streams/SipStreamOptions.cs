namespace ModernSip.Transport.Streams;

/// <summary>Settings of the transports that run over connections. All times are measured on the transport's clock.</summary>
public sealed record SipStreamOptions
{
    /// <summary>The defaults.</summary>
    public static SipStreamOptions Default { get; } = new();

    /// <summary>How long opening a connection may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a TLS or WebSocket handshake may take, either way. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an accepted connection may stay open before it has sent anything. Default 32 s.</summary>
    public TimeSpan FirstMessageTimeout { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>How long a header section may take from its first octet to its end. Default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may take after the header section has ended. Default 32 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>How long a connection stays open on which nothing arrives, not even a keep-alive.</summary>
    /// <remarks>Default 32 minutes: longer than the usual 30 minutes of a session timer (RFC 4028), so that a refreshed call keeps its connection.</remarks>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(32);

    /// <summary>How long one message may take to leave for a peer that does not read. Default 32 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>How long a closed connection may take to send what is queued and to see the peer close. Default 2 s.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many octets may wait on one connection to be sent; each message counts 64 more. Default 1 MiB.</summary>
    public int SendQueueSize { get; init; } = 1024 * 1024;

    /// <summary>How many accepted connections one binding holds; the longest idle makes room for a new one. Default 10,000.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How many accepted connections one binding holds from one address. Default 1,000.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 1_000;
}
