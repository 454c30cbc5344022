namespace ModernSip.InteropTests.Peers;

/// <summary>What a test wants of its Kamailio.</summary>
internal sealed record KamailioOptions
{
    /// <summary>User name and password of those who may register.</summary>
    public IReadOnlyDictionary<string, string> Accounts { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "wonderland", ["bob"] = "builder" };

    /// <summary>The digest algorithm of the challenges.</summary>
    public string DigestAlgorithm { get; init; } = "MD5";

    /// <summary>Granted where the client names no expiry, in seconds.</summary>
    public int DefaultExpires { get; init; } = 3600;

    /// <summary>The longest expiry granted, in seconds.</summary>
    public int MaxExpires { get; init; } = 3600;

    /// <summary>Shorter wishes are answered 423 with this as Min-Expires, in seconds.</summary>
    public int MinExpires { get; init; }

    /// <summary>A PEM file with its certificate and key, by which it listens for TLS and WebSockets over TLS too, at the next port; null for neither.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Whether callers are challenged too (407).</summary>
    public bool ChallengesCalls { get; init; }

    /// <summary>Whether it enters itself in Path for clients that know it, as an edge proxy does, and keeps the Path with the binding.</summary>
    public bool AddsPath { get; init; }

    /// <summary>The folder with the tables of its presence server, see <see cref="PresenceTables"/>; null for none.</summary>
    public string? PresenceFolder { get; init; }
}
