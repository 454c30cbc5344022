using ModernSip.Messages.Parsing;

namespace ModernSip.Authentication;

/// <summary>A user name and a password, or a hash in the password's place, for digest authentication; or access tokens.</summary>
/// <remarks>Change it before it is handed to the library, not afterwards. Its text never shows the secret.</remarks>
public sealed class SipCredentials
{
    private string _userName = "";
    private Func<SipChallenge, CancellationToken, ValueTask<string?>>? _getToken;
    private ISipAkaIdentity? _aka; // no property: nothing that a configuration could hold

    /// <summary>Makes empty credentials, for configuration binding.</summary>
    public SipCredentials()
    {
    }

    /// <summary>Makes credentials.</summary>
    /// <param name="userName">The user name.</param>
    /// <param name="password">The password.</param>
    /// <param name="realm">The only realm they are for; null for any realm of the account's own servers.</param>
    /// <exception cref="ArgumentException">The user name holds CR, LF or NUL.</exception>
    public SipCredentials(string userName, string password, string? realm = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        UserName = userName;
        Password = password;
        Realm = realm;
    }

    /// <summary>The user name; often the user part of the address of record, not always.</summary>
    /// <exception cref="ArgumentException">The name holds CR, LF or NUL.</exception>
    public string UserName
    {
        get => _userName;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (Grammar.BreaksLine(value)) throw new ArgumentException("A user name cannot hold CR, LF or NUL.", nameof(value));
            _userName = value;
        }
    }

    /// <summary>The password; null where <see cref="FromHa1"/> made these credentials.</summary>
    public string? Password { get; set; }

    /// <summary>The only realm that these credentials are for. Null: every realm of the account's own servers may have them.</summary>
    public string? Realm { get; set; }

    private string? Ha1 { get; init; }

    private SipDigestAlgorithm Ha1Algorithm { get; init; }

    /// <summary>Makes credentials from the hash of user name, realm and password, so that the password need not be stored.</summary>
    /// <param name="userName">The user name that went into the hash.</param>
    /// <param name="realm">The realm that went into the hash; the credentials are for this realm only.</param>
    /// <param name="ha1Hex">The hash, H(A1) of RFC 7616 §3.4.2 without session part, in hexadecimal digits.</param>
    /// <param name="algorithm">The algorithm of the hash. Challenges with other algorithms cannot be answered.</param>
    /// <exception cref="ArgumentException">The hash is not as long as the algorithm makes it, or holds other characters; or the name holds CR, LF or NUL.</exception>
    public static SipCredentials FromHa1(string userName, string realm, string ha1Hex, SipDigestAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(ha1Hex);
        if (!Enum.IsDefined(algorithm)) throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "The algorithm is not known.");
        var length = algorithm.Strength() == SipDigestAlgorithm.Md5.Strength() ? 32 : 64;
        if (ha1Hex.Length != length || !ha1Hex.All(char.IsAsciiHexDigit)) throw new ArgumentException($"H(A1) of {algorithm.Name()} has {length} hexadecimal digits.", nameof(ha1Hex));
        return new SipCredentials { UserName = userName, Realm = realm, Ha1 = ha1Hex.ToLowerInvariant(), Ha1Algorithm = algorithm };
    }

    /// <summary>Makes credentials of an identity that answers AKA challenges (AKAv1-MD5 of RFC 3310, AKAv2-MD5 of RFC 4169), as a SIM card does.</summary>
    /// <param name="userName">The private identity.</param>
    /// <param name="identity">Answers the challenges. It is called where the stack works: it must not block.</param>
    /// <param name="realm">The only realm they are for; null for any realm of the account's own servers.</param>
    /// <exception cref="ArgumentException">The user name holds CR, LF or NUL.</exception>
    public static SipCredentials FromAka(string userName, ISipAkaIdentity identity, string? realm = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new SipCredentials { UserName = userName, Realm = realm, _aka = identity };
    }

    /// <summary>Makes credentials of access tokens (RFC 8898): they are shown over TLS only, and got anew when one is refused.</summary>
    /// <param name="getToken">Gets a token for a challenge, from a cache or from an authorization server; null to decline. What it throws fails the request.</param>
    /// <param name="realm">The only realm they are for; null for any realm of the account's own servers.</param>
    public static SipCredentials FromToken(Func<SipChallenge, CancellationToken, ValueTask<string?>> getToken, string? realm = null)
    {
        ArgumentNullException.ThrowIfNull(getToken);
        return new SipCredentials { Realm = realm, _getToken = getToken };
    }

    /// <summary>The user name and the realm; never the secret.</summary>
    public override string ToString() => Realm is null ? $"{UserName} (any realm)" : $"{UserName} (realm '{Realm}')";

    /// <summary>Where tokens come from; null where these are no tokens.</summary>
    internal Func<SipChallenge, CancellationToken, ValueTask<string?>>? TokenSource => _getToken;

    /// <summary>Whether these credentials may be shown to a realm.</summary>
    internal bool IsFor(string realm) => Realm is null || Realm.Equals(realm, StringComparison.Ordinal);

    /// <summary>H(A1) without session part; null where these credentials cannot answer: another realm, another algorithm, or no secret at all.</summary>
    internal string? SecretHash(string realm, SipDigestAlgorithm algorithm)
    {
        if (!IsFor(realm)) return null;
        if (Ha1 is not null) return Ha1Algorithm.Strength() == algorithm.Strength() ? Ha1 : null;
        return Password is null ? null : DigestFormula.SecretHash(algorithm, UserName, realm, Password);
    }

    /// <summary>The secret for a challenge, and AUTS where the network is to synchronise; null where these credentials cannot answer it.</summary>
    internal (string Hash, string? Synchronization)? Secret(DigestChallenge challenge)
    {
        if (challenge.AkaVersion == 0) return SecretHash(challenge.Realm, challenge.Algorithm) is { } hash ? (hash, null) : null;
        if (_aka is null || !IsFor(challenge.Realm) || AkaDigest.Answer(_aka, challenge.Nonce) is not { } answer) return null;
        return (AkaDigest.SecretHash(challenge.Algorithm, challenge.AkaVersion, UserName, challenge.Realm, answer), answer.Synchronization is { } auts ? Convert.ToBase64String(auts.Span) : null);
    }

    internal SipCredentials Copy() => new() { UserName = UserName, Password = Password, Realm = Realm, Ha1 = Ha1, Ha1Algorithm = Ha1Algorithm, _aka = _aka, _getToken = _getToken };
}
