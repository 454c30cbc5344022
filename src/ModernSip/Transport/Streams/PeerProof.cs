namespace ModernSip.Transport.Streams;

/// <summary>Which names the peer at the other end of a connection has proved to be (RFC 5922 §7). A connection is used for those names only.</summary>
internal sealed record PeerProof
{
    private readonly IReadOnlyList<string>? _names;

    private PeerProof(IReadOnlyList<string>? names) => _names = names;

    /// <summary>For connections that prove nothing, and are asked for nothing: TCP, a WebSocket without TLS, TLS that was told not to look.</summary>
    public static PeerProof NotAsked { get; } = new(names: null);

    /// <summary>Nothing proved yet.</summary>
    public static PeerProof None { get; } = new([]);

    public static PeerProof Of(IEnumerable<string> names) => new([.. names]);

    /// <summary>Whether the connection may be used for a name; where none is known there is nothing to prove.</summary>
    public bool Covers(string? hostName) => _names is null || (hostName is not null && _names.Any(name => DomainNames.AreSame(name, hostName)));
}
