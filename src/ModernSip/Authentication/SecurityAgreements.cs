using System.Collections.Concurrent;
using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Authentication;

/// <summary>What was agreed with which next hop about security (RFC 3329): the server's list goes back to it in Security-Verify, so that nobody on the way can weaken it.</summary>
/// <remarks>Thread-safe, bounded. Digest is met by challenges, TLS by the flow itself; ipsec-3gpp is known and not supported.</remarks>
internal sealed class SecurityAgreements
{
    private const int MostHops = 64;
    private const string OptionTag = "sec-agree";

    private readonly ConcurrentDictionary<SipUri, Agreement> _agreed = new();

    /// <summary>The mechanism that was agreed with a hop; null where none was.</summary>
    public string? MechanismFor(SipUri hop) => _agreed.TryGetValue(hop, out var agreement) ? agreement.Mechanism : null;

    /// <summary>Writes the offer and what was agreed into a request to a hop.</summary>
    /// <param name="request">The request, about to be sent.</param>
    /// <param name="hop">The next hop.</param>
    /// <param name="offers">Whether this side wants an agreement.</param>
    /// <param name="isSecure">Whether the flow is TLS.</param>
    /// <param name="prove">Proves the server's list with the request's own answer to a challenge; gives null where it carries none.</param>
    public void Apply(SipRequest request, SipUri hop, bool offers, bool isSecure, Func<string, string?> prove)
    {
        if (request.Method == SipMethod.Ack || request.Method == SipMethod.Cancel) return;
        var agreement = _agreed.GetValueOrDefault(hop);
        if (agreement is null && !offers) return;
        var headers = request.Headers;
        if (offers) headers.SetAll(SipHeaderNames.SecurityClient, Mechanisms(isSecure).Select(static name => new SipTokenValue(name)));
        if (agreement is not null) headers.SetAll(SipHeaderNames.SecurityVerify, Verified(agreement, prove));
        AddOption(headers, SipHeaderNames.Require);
        AddOption(headers, SipHeaderNames.ProxyRequire);
    }

    /// <summary>Reads the server's list from a response: the common mechanism that it prefers is agreed (RFC 3329 §2.3.1).</summary>
    /// <returns>False where it names mechanisms and this side has none of them.</returns>
    public bool TryLearn(SipResponse response, SipUri hop, bool isSecure)
    {
        var server = response.Headers.GetAll(SipHeaderNames.SecurityServer);
        if (server.Count == 0) return true;
        var common = server.Where(offer => Mechanisms(isSecure).Any(offer.Is)).MaxBy(Preference);
        if (common is null) return false;
        if (_agreed.Count >= MostHops && !_agreed.ContainsKey(hop)) _agreed.Clear(); // what is lost is agreed anew with the next 494
        _agreed[hop] = new Agreement(common.Token.ToLowerInvariant(), [.. server]);
        return true;
    }

    /// <summary>A list as it is proved: the header field with single spaces (RFC 3329 §2.2).</summary>
    public static string TextOf(IEnumerable<SipTokenValue> server) => "Security-Server: " + string.Join(", ", server);

    /// <summary>The server's list, with a proof of it where digest is agreed: without TLS it is all that keeps others from weakening the list unseen.</summary>
    private static IEnumerable<SipTokenValue> Verified(Agreement agreement, Func<string, string?> prove)
    {
        if (agreement.Mechanism != "digest" || prove(TextOf(agreement.Server)) is not { } proof) return agreement.Server;
        return agreement.Server.Select(value => value.Is("digest") ? value.WithQuotedParameter("d-ver", proof) : value);
    }

    private static IEnumerable<string> Mechanisms(bool isSecure) => isSecure ? ["tls", "digest"] : ["digest"];

    private static double Preference(SipTokenValue offer) =>
        double.TryParse(offer.Parameters["q"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var preference) ? preference : 0;

    private static void AddOption(SipHeaders headers, SipHeaderName<string> name)
    {
        if (!headers.GetAll(name).Contains(OptionTag, StringComparer.OrdinalIgnoreCase)) headers.Add(name, OptionTag);
    }

    private sealed record Agreement(string Mechanism, IReadOnlyList<SipTokenValue> Server);
}
