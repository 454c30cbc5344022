using System.Collections.Concurrent;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Authentication;

/// <summary>The access tokens in use (RFC 8898): where each may be shown, until it is refused.</summary>
/// <remarks>Thread-safe, bounded. A token lets in whoever has it, so it goes over TLS only (RFC 8898 §5).</remarks>
internal sealed class BearerTokens
{
    private const string Scheme = "Bearer";
    private const int MostTokens = 1_024;
    private const int LongestRealm = 1_024;

    private readonly ConcurrentDictionary<(string Account, ProtectionSpace Space), string> _tokens = new();

    /// <summary>Adds the tokens that the account has for where a request goes.</summary>
    public void Authorize(SipRequest request, CredentialScope scope, bool isSecure)
    {
        if (_tokens.IsEmpty || !isSecure || request.Method == SipMethod.Cancel || request.Method == SipMethod.Ack) return;
        var host = ProtectionSpace.HostOf(request);
        foreach (var ((account, space), token) in _tokens)
        {
            if (account == scope.Account && (space.IsProxy || space.Host == host)) request.Headers.Add(NameOf(space.IsProxy).Name, $"{Scheme} {token}");
        }
    }

    /// <summary>The first challenge of a response that asks for a token; null where none does.</summary>
    public static SipChallenge? Read(SipRequest request, SipResponse response, CredentialScope scope)
    {
        foreach (var isProxy in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var value in response.Headers.GetAll(isProxy ? SipHeaderNames.ProxyAuthenticate : SipHeaderNames.WwwAuthenticate))
            {
                if (!IsBearer(value) || value["realm"] is not { Length: <= LongestRealm } realm) continue;
                return new SipChallenge
                {
                    Scheme = Scheme,
                    Realm = realm,
                    Algorithm = "",
                    Scope = value["scope"],
                    AuthorizationServer = value["authz_server"],
                    Error = value["error"],
                    IsProxy = isProxy,
                    Method = request.Method,
                    RequestUri = request.RequestUri,
                    AddressOfRecord = scope.AddressOfRecord,
                    Response = response,
                };
            }
        }

        return null;
    }

    /// <summary>The token that a request was sent with for what it is now asked for; null for none. It was refused then, and is forgotten.</summary>
    public string? Forget(SipRequest sent, SipChallenge challenge, CredentialScope scope)
    {
        var key = (scope.Account, SpaceOf(challenge));
        if (!_tokens.TryGetValue(key, out var token)) return null;
        var value = $"{Scheme} {token}";
        if (!sent.Headers.GetAll(NameOf(challenge.IsProxy)).Any(shown => shown.ToString() == value)) return null;
        _tokens.TryRemove(KeyValuePair.Create(key, token)); // the pair: what another request has learnt since stays
        return token;
    }

    /// <summary>Whether there is a token that was got since.</summary>
    public bool Has(SipChallenge challenge, CredentialScope scope) => _tokens.ContainsKey((scope.Account, SpaceOf(challenge)));

    /// <exception cref="ArgumentException">It is no token of RFC 6750 §2.1.</exception>
    public void Use(SipChallenge challenge, CredentialScope scope, string token)
    {
        if (token.Length is 0 or > 16_384 || token.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && !"-._~+/=".Contains(letter, StringComparison.Ordinal))) throw new ArgumentException("An access token holds letters, digits and -._~+/= only.", nameof(token));
        if (_tokens.Count >= MostTokens) _tokens.Clear(); // got anew with the next challenge
        _tokens[(scope.Account, SpaceOf(challenge))] = token;
    }

    /// <summary>Drops all that an account has, when the account goes.</summary>
    public void Forget(CredentialScope scope)
    {
        foreach (var key in _tokens.Keys)
        {
            if (key.Account == scope.Account) _tokens.TryRemove(key, out _);
        }
    }

    private static bool IsBearer(SipAuthenticationValue value) => value.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase);

    private static SipHeaderName<SipAuthenticationValue> NameOf(bool isProxy) => isProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization;

    private static ProtectionSpace SpaceOf(SipChallenge challenge) => new(challenge.IsProxy, challenge.Realm, challenge.IsProxy ? "" : challenge.RequestUri.Host.ToLowerInvariant());
}
