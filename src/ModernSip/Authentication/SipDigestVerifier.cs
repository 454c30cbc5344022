using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Platform;

namespace ModernSip.Authentication;

/// <summary>The server's half of digest authentication: challenges requests, and checks the answers (RFC 3261 §22, RFC 7616, RFC 8760).</summary>
/// <remarks>
/// Thread-safe. Nonces are signed and carry their time, so that challenges cost no memory; a count is kept for those that were answered rightly, and
/// must rise with every request. Nonces of another instance, or from before a restart, are taken for expired ones where the password is right.
/// </remarks>
public sealed class SipDigestVerifier
{
    private static readonly SipDigestAlgorithm[] DefaultAlgorithms = [SipDigestAlgorithm.Sha256, SipDigestAlgorithm.Md5];

    private readonly string _realm;
    private readonly TimeProvider _time;
    private readonly SipRandom _random;
    private readonly TimeSpan _lifetime;
    private readonly SipDigestProtections _protections;
    private readonly Func<string, SipDigestAlgorithm, string?>? _findUserByHash;
    private readonly NonceFactory _nonces;
    private readonly NonceCounts _counts;

    /// <summary>Makes a verifier with a signing key of its own.</summary>
    /// <param name="realm">The realm; clients show it to people, and passwords are hashed with it.</param>
    /// <param name="time">The clock of the nonces.</param>
    /// <param name="random">The source of the key and the nonces.</param>
    /// <param name="options">What is offered; null for the defaults. Changes made later have no effect.</param>
    /// <exception cref="ArgumentException">The realm holds CR, LF or NUL.</exception>
    public SipDigestVerifier(string realm, TimeProvider time, SipRandom random, SipDigestVerifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        if (Grammar.BreaksLine(realm)) throw new ArgumentException("A realm cannot hold CR, LF or NUL.", nameof(realm));
        options ??= new SipDigestVerifierOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.NonceLifetime, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxNonces, 1, nameof(options));
        _realm = realm;
        _time = time;
        _random = random;
        _lifetime = options.NonceLifetime;
        _protections = options.Protections;
        _findUserByHash = options.FindUserByHash;
        _nonces = new NonceFactory(time, random);
        _counts = new NonceCounts(options.MaxNonces);
    }

    /// <summary>Makes the response that asks for credentials: one challenge for each algorithm, the strongest first.</summary>
    /// <param name="request">The request to challenge.</param>
    /// <param name="algorithms">The algorithms to offer; null for SHA-256 and MD5.</param>
    /// <param name="isProxy">Whether to ask as a proxy: 407, not 401.</param>
    /// <param name="isStale">Whether to say that only the nonce was at fault: after <see cref="SipDigestOutcome.Stale"/>.</param>
    /// <exception cref="ArgumentException">No algorithm is given, or one that is not known, or a session form without qop.</exception>
    public SipResponse Challenge(SipRequest request, IEnumerable<SipDigestAlgorithm>? algorithms = null, bool isProxy = false, bool isStale = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        var offered = (algorithms ?? DefaultAlgorithms).Distinct().OrderByDescending(static algorithm => algorithm.Strength()).ThenBy(static algorithm => algorithm.IsSession()).ToArray();
        if (offered.Length == 0) throw new ArgumentException("A challenge offers at least one algorithm.", nameof(algorithms));
        if (!offered.All(Enum.IsDefined)) throw new ArgumentOutOfRangeException(nameof(algorithms), "An algorithm is not known.");
        if (_protections is SipDigestProtections.None && offered.Any(static algorithm => algorithm.IsSession())) throw new ArgumentException("A session algorithm needs a quality of protection.", nameof(algorithms));

        var response = request.CreateResponse(isProxy ? SipStatus.ProxyAuthenticationRequired : SipStatus.Unauthorized);
        var name = isProxy ? SipHeaderNames.ProxyAuthenticate : SipHeaderNames.WwwAuthenticate;
        foreach (var algorithm in offered) response.Headers.Add(name, ChallengeValue(algorithm, isProxy, isStale));
        return response;
    }

    /// <summary>Checks the answer that a request carries for this realm.</summary>
    /// <param name="request">The request, with the Request-URI it was received with.</param>
    /// <param name="findPassword">Gives a user's password; null where there is no such user. Takes no more time for one than for another, or it tells which users there are.</param>
    /// <param name="isProxy">Whether to look at Proxy-Authorization, not at Authorization.</param>
    /// <remarks>Where the request verifies an agreement about security with "d-ver" (RFC 3329 §2.2), that proof is checked along. Whether the list is the server's own, its sender compares.</remarks>
    public SipDigestResult Verify(SipRequest request, Func<string, string?> findPassword, bool isProxy = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(findPassword);
        if (FindAnswer(request, isProxy) is not { } answer) return new SipDigestResult(SipDigestOutcome.Missing);
        if (!TryRead(answer, out var exchange, out var user, out var count) || !MeansRequestUri(exchange.Uri, request)) return new SipDigestResult(SipDigestOutcome.Rejected);

        // An unknown user costs the same work, against a password nobody has.
        var password = user is null ? null : findPassword(user);
        var secret = DigestFormula.SecretHash(exchange.Algorithm, user ?? "", _realm, password ?? _random.NextToken(26));
        var expected = DigestFormula.Response(exchange, secret, request.Method.Name, request.Body.Span);
        var isRight = DigestFormula.AreEqual(expected, answer["response"] ?? "");
        if (!isRight || password is null || !IsAgreementProved(request, exchange, secret)) return new SipDigestResult(SipDigestOutcome.Rejected);

        // Whose nonce it is comes last: to say "stale" is to say that the password was right.
        return IsCurrent(exchange, isProxy, count) ? new SipDigestResult(SipDigestOutcome.Accepted, user) : new SipDigestResult(SipDigestOutcome.Stale);
    }

    /// <summary>Adds this server's own proof to a 2xx, in Authentication-Info (RFC 7616 §3.5). Does nothing where the request carries no answer.</summary>
    /// <param name="request">A request that was accepted.</param>
    /// <param name="response">The response to it, with its body.</param>
    /// <param name="password">The password of the user who was accepted.</param>
    /// <param name="isProxy">Whether to write Proxy-Authentication-Info.</param>
    /// <param name="withNextNonce">Whether to give the nonce for the user's next request.</param>
    public void Confirm(SipRequest request, SipResponse response, string password, bool isProxy = false, bool withNextNonce = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(password);
        if (FindAnswer(request, isProxy) is not { } answer || !TryRead(answer, out var exchange, out var user, out _)) return;
        var secret = DigestFormula.SecretHash(exchange.Algorithm, user ?? "", _realm, password);
        var parameters = new List<(string Name, string Value, bool IsQuoted)>(5);
        if (withNextNonce) parameters.Add(("nextnonce", _nonces.Next(exchange.Algorithm, isProxy), true));
        parameters.Add(("rspauth", DigestFormula.Response(exchange, secret, "", response.Body.Span), true));
        if (exchange.Protection is not DigestProtection.None)
        {
            parameters.Add(("qop", exchange.Protection.Name(), false));
            parameters.Add(("cnonce", exchange.ClientNonce, true));
            parameters.Add(("nc", exchange.NonceCount, false));
        }

        response.Headers.Set(isProxy ? SipHeaderNames.ProxyAuthenticationInfo : SipHeaderNames.AuthenticationInfo, new SipAuthenticationValue("", parameters));
    }

    /// <summary>A list of security mechanisms that carries its proof must be the one that the client was given (d-ver, RFC 3329 §2.2).</summary>
    private static bool IsAgreementProved(SipRequest request, in DigestExchange exchange, string secret)
    {
        var list = request.Headers.GetAll(SipHeaderNames.SecurityVerify);
        if (list.FirstOrDefault(static value => value.Is("digest"))?.Parameters["d-ver"] is not { } proof) return true;
        var told = SecurityAgreements.TextOf(list.Select(static value => value.WithoutParameter("d-ver")));
        return DigestFormula.AreEqual(DigestFormula.Response(exchange, secret, request.Method.Name, request.Body.Span, told), proof);
    }

    // The proxies on the way may have added a parameter to the Request-URI, or changed its case: equal is equal by RFC 3261 §19.1.4.
    private static bool MeansRequestUri(string uri, SipRequest request) =>
        uri.Equals(request.RequestUri.ToString(), StringComparison.Ordinal) || (SipUri.TryParse(uri, out var named) && named == request.RequestUri);

    private SipAuthenticationValue? FindAnswer(SipRequest request, bool isProxy) =>
        request.Headers.GetAll(isProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization)
            .FirstOrDefault(value => value.IsDigest && _realm.Equals(value["realm"], StringComparison.Ordinal) && value["response"] is { Length: > 0 });

    private bool TryRead(SipAuthenticationValue answer, out DigestExchange exchange, out string? user, out uint count)
    {
        (user, count) = (null, 1);
        if (!DigestExchange.TryRead(answer, out exchange) || answer["username"] is not { } name || !IsOffered(exchange.Protection)) return false;
        var hidden = "true".Equals(answer["userhash"], StringComparison.OrdinalIgnoreCase);
        if (hidden && _findUserByHash is null) return false;
        user = hidden ? _findUserByHash?.Invoke(name.ToLowerInvariant(), exchange.Algorithm) : name;

        // Without qop there is no count: as if it were 1, so that each nonce serves once.
        if (exchange.Protection is DigestProtection.None) return true;
        return exchange.NonceCount.Length == 8 && uint.TryParse(exchange.NonceCount, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out count);
    }

    private bool IsOffered(DigestProtection protection) => protection switch
    {
        DigestProtection.Auth => _protections.HasFlag(SipDigestProtections.Auth),
        DigestProtection.AuthInt => _protections.HasFlag(SipDigestProtections.AuthInt),
        _ => _protections is SipDigestProtections.None,
    };

    private bool IsCurrent(in DigestExchange exchange, bool isProxy, uint count)
    {
        if (!_nonces.TryRead(exchange.Nonce, exchange.Algorithm, isProxy, out var issued)) return false;
        return _time.GetUtcNow().UtcTicks - issued.Ticks <= _lifetime.Ticks && _counts.TryAdvance(issued.Number, count);
    }

    private SipAuthenticationValue ChallengeValue(SipDigestAlgorithm algorithm, bool isProxy, bool isStale)
    {
        var parameters = new List<(string Name, string Value, bool IsQuoted)>(6)
        {
            ("realm", _realm, true),
            ("nonce", _nonces.Next(algorithm, isProxy), true),
            ("algorithm", algorithm.Name(), false),
        };
        var qop = _protections switch
        {
            SipDigestProtections.Auth => "auth",
            SipDigestProtections.AuthInt => "auth-int",
            SipDigestProtections.None => null,
            _ => "auth,auth-int",
        };
        if (qop is not null) parameters.Add(("qop", qop, true));
        if (isStale) parameters.Add(("stale", "true", false));
        if (_findUserByHash is not null && algorithm.Strength() > SipDigestAlgorithm.Md5.Strength()) parameters.Add(("userhash", "true", false));
        return new SipAuthenticationValue("Digest", parameters);
    }
}
