using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;

namespace ModernSip.Tests.Authentication;

/// <summary>A client with an account, and what a server might answer it.</summary>
internal sealed class DigestParty(SipAuthenticationOptions? options = null, params SipCredentials[] configured)
{
    public const string Realm = "example.com";

    public DigestClient Client { get; } = new(SipRandom.Secure, options ?? new SipAuthenticationOptions());

    public CredentialScope Scope { get; } = new("alice", "sip:alice@example.com", configured);

    public ChallengeHistory History { get; private set; } = new();

    /// <summary>An account with one password, for any realm.</summary>
    public static DigestParty WithPassword(string password = "secret", string user = "alice") => new(null, new SipCredentials(user, password));

    public static SipRequest Request(string method = "REGISTER", string uri = "sip:example.com", string? body = null)
    {
        var request = new SipRequest(new SipMethod(method), uri);
        if (body is not null) request.Content = SipContent.PlainText(body);
        return request;
    }

    /// <summary>A 401 with these WWW-Authenticate values.</summary>
    public static SipResponse Unauthorized(params string[] challenges) => Response(401, "WWW-Authenticate", challenges);

    /// <summary>A 407 with these Proxy-Authenticate values.</summary>
    public static SipResponse ProxyUnauthorized(params string[] challenges) => Response(407, "Proxy-Authenticate", challenges);

    public static SipResponse Response(int status, string name, params string[] values)
    {
        var response = new SipResponse(status);
        foreach (var value in values) response.Headers.Add(name, value);
        return response;
    }

    public static string Digest(string nonce, string rest = "algorithm=MD5, qop=\"auth\"", string realm = Realm) => $"Digest realm=\"{realm}\", nonce=\"{nonce}\", {rest}";

    public static SipAuthenticationValue? Answer(SipRequest request, bool isProxy = false) =>
        request.Headers.Get(isProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization);

    public static IReadOnlyList<SipAuthenticationValue> Answers(SipRequest request, bool isProxy = false) =>
        request.Headers.GetAll(isProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization);

    public ChallengeVerdict Examine(SipRequest request, SipResponse response) => Client.Examine(request, response, Scope, History);

    /// <summary>Authorises a copy, as the stack does for each attempt.</summary>
    public SipRequest Authorized(SipRequest request)
    {
        var copy = request.Copy();
        Client.Authorize(copy, Scope);
        return copy;
    }

    /// <summary>Another logical request.</summary>
    public void BeginRequest() => History = new ChallengeHistory();

    /// <summary>Takes a challenge, which must be answerable at once, and gives the next attempt.</summary>
    public SipRequest Retry(SipRequest request, SipResponse response)
    {
        Examine(request, response).Should().BeOfType<ChallengeVerdict.Retry>();
        return Authorized(request);
    }
}
