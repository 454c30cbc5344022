using System.Collections.Concurrent;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;

namespace ModernSip.Authentication;

/// <summary>The client's half of digest authentication: challenges in, Authorization out (RFC 3261 §22, RFC 7616, RFC 8760).</summary>
/// <remarks>
/// Thread-safe; one for all accounts of a SIP client. It cannot see who sent a challenge: the caller examines it only where the
/// challenger may be answered, see <see cref="CredentialScope"/>.
/// </remarks>
internal sealed class DigestClient(SipRandom random, SipAuthenticationOptions options)
{
    private const int MostAccounts = 65_536;

    private readonly ConcurrentDictionary<string, AccountMemory> _accounts = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds an answer for each realm that the account knows, with the next nonce count. Earlier answers are removed first, also those for
    /// realms that are not known any more: a request sent on to another host must not carry them along.
    /// </summary>
    /// <remarks>CANCEL is never challenged (RFC 3261 §22.1), and ACK carries what its INVITE carried: both stay as they are.</remarks>
    public void Authorize(SipRequest request, CredentialScope scope)
    {
        if (!CanBeChallenged(request)) return;
        var sessions = _accounts.TryGetValue(scope.Account, out var memory) ? memory.Sessions : [];
        var host = sessions.IsEmpty ? "" : ProtectionSpace.HostOf(request);
        Authorize(SipHeaderNames.Authorization, isProxy: false);
        Authorize(SipHeaderNames.ProxyAuthorization, isProxy: true);

        void Authorize(SipHeaderName<SipAuthenticationValue> name, bool isProxy)
        {
            if (sessions.IsEmpty && request.Headers.Find(name, 0) < 0) return;
            var applicable = sessions.Where(session => session.Space.IsProxy == isProxy && (isProxy || session.Space.Host == host)).ToList();
            var present = request.Headers.GetAll(name);
            var kept = present.Where(value => !IsAnswer(value) && !applicable.Exists(session => session.Space.Realm == value["realm"]));
            request.Headers.SetAll(name, [.. kept, .. applicable.Select(session => session.Answer(request))]);
        }
    }

    /// <summary>Proves a list of security mechanisms with the answer that a request carries: the value of d-ver (RFC 3329 §2.2).</summary>
    /// <returns>Null where the request carries no answer of the account's.</returns>
    public string? Prove(SipRequest request, CredentialScope scope, string agreement)
    {
        if (!_accounts.TryGetValue(scope.Account, out var memory)) return null;
        foreach (var answer in request.Headers.GetAll(SipHeaderNames.Authorization).Concat(request.Headers.GetAll(SipHeaderNames.ProxyAuthorization)).Where(IsAnswer))
        {
            foreach (var session in memory.Sessions)
            {
                if (session.HasMade(answer, request) && DigestExchange.TryRead(answer, out var exchange)) return DigestFormula.Response(exchange, session.SecretHash, request.Method.Name, request.Body.Span, agreement);
            }
        }

        return null;
    }

    /// <summary>Decides what to do about a 401 or 407.</summary>
    /// <param name="request">The request as it was sent.</param>
    /// <param name="response">Its final response.</param>
    /// <param name="scope">On whose behalf it was sent.</param>
    /// <param name="history">Of the logical request, the same for all its repetitions.</param>
    public ChallengeVerdict Examine(SipRequest request, SipResponse response, CredentialScope scope, ChallengeHistory history)
    {
        if (response.StatusCode is not (401 or 407)) return new ChallengeVerdict.GiveUp($"{response.StatusCode} is no challenge.");
        if (!CanBeChallenged(request)) return new ChallengeVerdict.GiveUp($"{request.Method} cannot be challenged.");
        if (!history.TryBeginRound()) return new ChallengeVerdict.GiveUp("The request was challenged too often.");

        // A forking proxy collects the challenges of all branches, whatever status it chose (RFC 3261 §16.7 step 7): both kinds are read.
        var offers = new ChallengeOffers(options);
        offers.Read(response.Headers.GetAll(SipHeaderNames.WwwAuthenticate), isProxy: false);
        offers.Read(response.Headers.GetAll(SipHeaderNames.ProxyAuthenticate), isProxy: true);
        if (offers.ByRealm.Count == 0) return new ChallengeVerdict.GiveUp(offers.Problem ?? $"The {response.StatusCode} holds no challenge.");

        var memory = MemoryOf(scope.Account);
        foreach (var realm in offers.ByRealm)
        {
            if (IsRefused(request, realm, memory, history)) return new ChallengeVerdict.GiveUp($"The credentials for realm '{realm[0].Realm}' were refused.");
        }

        var missing = new List<SipChallenge>();
        foreach (var realm in offers.ByRealm)
        {
            if (!TryAnswer(request, realm, KnownCredentials(memory, scope, realm[0].Realm), memory)) missing.Add(Describe(request, response, scope, realm));
        }

        return missing.Count == 0 ? new ChallengeVerdict.Retry() : new ChallengeVerdict.Ask(missing);
    }

    /// <summary>Takes what the application gave for a challenge; it is kept for the account and the realm.</summary>
    /// <exception cref="ArgumentException">The credentials are bound to another realm, or cannot answer any algorithm that is offered.</exception>
    public void Supply(SipChallenge challenge, SipCredentials credentials, CredentialScope scope)
    {
        var own = credentials.Copy();
        var memory = MemoryOf(scope.Account);
        if (!TryAnswer(SpaceOf(challenge), challenge.Offers, [own], memory))
        {
            throw new ArgumentException($"The credentials cannot answer the challenge of realm '{challenge.Realm}' ({challenge.Algorithm}).", nameof(credentials));
        }

        memory.Supply(challenge.Realm, own);
    }

    /// <summary>Answers with what the application has supplied for the realm meanwhile. False where there is nothing.</summary>
    public bool TryReuse(SipChallenge challenge, CredentialScope scope)
    {
        var memory = MemoryOf(scope.Account);
        return memory.FindSupplied(challenge.Realm) is { } supplied && TryAnswer(SpaceOf(challenge), challenge.Offers, [supplied], memory);
    }

    /// <summary>Reads what a 2xx says about the next nonce and about the server itself (RFC 7616 §3.5).</summary>
    /// <returns>False when the server fails to prove that it knows the secret.</returns>
    public bool Learn(SipRequest request, SipResponse response, CredentialScope scope)
    {
        if (!response.IsSuccess || !_accounts.TryGetValue(scope.Account, out var memory)) return true;
        return Learn(SipHeaderNames.AuthenticationInfo, SipHeaderNames.Authorization, isProxy: false)
            && Learn(SipHeaderNames.ProxyAuthenticationInfo, SipHeaderNames.ProxyAuthorization, isProxy: true);

        bool Learn(SipHeaderName<SipAuthenticationValue> infoName, SipHeaderName<SipAuthenticationValue> answerName, bool isProxy)
        {
            if (!response.Headers.TryGet(infoName, out _)) return true;
            var answers = request.Headers.GetAll(answerName).Where(IsAnswer).ToList();
            return response.Headers.GetAll(infoName).All(info => AuthenticationInfo.Apply(info, answers, request, response, isProxy, memory));
        }
    }

    /// <summary>Drops all that an account has learnt, when the account goes.</summary>
    public void Forget(CredentialScope scope) => _accounts.TryRemove(scope.Account, out _);

    private static bool CanBeChallenged(SipRequest request) => request.Method != SipMethod.Cancel && request.Method != SipMethod.Ack;

    // An application's own first Authorization has an empty response (3GPP TS 24.229 §5.1.1.2): it names the user, and is no answer.
    private static bool IsAnswer(SipAuthenticationValue value) => value.IsDigest && value["response"] is { Length: > 0 };

    /// <summary>Whether the request was answered for this realm, and answering once more is useless. If so, what was refused is forgotten.</summary>
    private static bool IsRefused(SipRequest request, List<DigestChallenge> realm, AccountMemory memory, ChallengeHistory history)
    {
        var challenge = realm[0];
        var name = challenge.IsProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization;
        var answer = request.Headers.GetAll(name).FirstOrDefault(value => IsAnswer(value) && value["realm"] == challenge.Realm);
        if (answer?["nonce"] is not { } nonce || history.TryRejected(nonce, challenge)) return false;
        if (memory.Find(ProtectionSpace.Of(challenge.IsProxy, challenge.Realm, request)) is { } session && session.HasMade(answer, request)) memory.Forget(session);
        return true;
    }

    private static IEnumerable<SipCredentials> KnownCredentials(AccountMemory memory, CredentialScope scope, string realm)
    {
        if (memory.FindSupplied(realm) is { } supplied) yield return supplied;
        foreach (var bound in scope.Configured.Where(credentials => realm.Equals(credentials.Realm, StringComparison.Ordinal))) yield return bound;
        foreach (var unbound in scope.Configured.Where(static credentials => credentials.Realm is null)) yield return unbound;
    }

    private static SipChallenge Describe(SipRequest request, SipResponse response, CredentialScope scope, List<DigestChallenge> realm) => new()
    {
        Realm = realm[0].Realm,
        Algorithm = realm[0].Algorithm.Name(),
        IsProxy = realm[0].IsProxy,
        Method = request.Method,
        RequestUri = request.RequestUri,
        AddressOfRecord = scope.AddressOfRecord,
        Response = response,
        Offers = realm,
    };

    private bool TryAnswer(SipRequest request, List<DigestChallenge> realm, IEnumerable<SipCredentials> known, AccountMemory memory) =>
        TryAnswer(ProtectionSpace.Of(realm[0].IsProxy, realm[0].Realm, request), realm, [.. known], memory);

    /// <summary>Begins a session with the strongest challenge that any of the credentials can answer.</summary>
    private bool TryAnswer(ProtectionSpace space, IReadOnlyList<DigestChallenge> offers, SipCredentials[] known, AccountMemory memory)
    {
        foreach (var challenge in offers)
        {
            foreach (var credentials in known)
            {
                if (credentials.Secret(challenge) is not { } secret) continue;
                memory.Use(new DigestSession(space, challenge, credentials, secret.Hash, random) { Synchronization = secret.Synchronization });
                return true;
            }
        }

        return false;
    }

    private static ProtectionSpace SpaceOf(SipChallenge challenge) =>
        new(challenge.IsProxy, challenge.Realm, challenge.IsProxy ? "" : challenge.RequestUri.Host.ToLowerInvariant());

    private AccountMemory MemoryOf(string account)
    {
        if (_accounts.TryGetValue(account, out var memory)) return memory;
        if (_accounts.Count >= MostAccounts)
        {
            // Any one will do: what it had learnt is learnt again with the next challenge.
            foreach (var (other, _) in _accounts)
            {
                if (_accounts.TryRemove(other, out _)) break;
            }
        }

        return _accounts.GetOrAdd(account, static _ => new AccountMemory());
    }
}
