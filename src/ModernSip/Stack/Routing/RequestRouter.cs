using ModernSip.Messages;

namespace ModernSip.Stack.Routing;

/// <summary>Which client gets a request outside of dialogs (G1), and what the stack answers where none fits (G2). Pure.</summary>
/// <remarks>
/// Each step leaves those out that do not fit, in the order of RFC 3261 §8.2: method, Request-URI, required extensions, the caller's preferences (RFC
/// 3841), event package, body, media. The step that leaves nobody says the answer, made from what all that were left can do. What a client does not
/// declare, it takes all of; who declared what is asked for comes first.
/// </remarks>
internal static class RequestRouter
{
    public static RoutingVerdict Route(SipRequest request, IReadOnlyList<IRoutingCandidate> candidates)
    {
        if (candidates.Count == 0) return RoutingVerdict.Refuse(request.CreateResponse(SipStatus.TemporarilyUnavailable), "no client");
        var left = candidates;
        foreach (var screen in RequestScreen.BeforeAddress)
        {
            if (Narrow(ref left, request, screen) is { } refusal) return RoutingVerdict.Refuse(refusal, screen.Reason);
        }

        var user = request.RequestUri.IsSip ? request.RequestUri.User : null;
        if (user is { Length: 0 }) user = null;
        left = KeepAddressed(left, user);
        if (left.Count == 0) return RoutingVerdict.Refuse(request.CreateResponse(SipStatus.NotFound), "unknown user");
        var preferences = CallerPreferences.Of(request);
        if (preferences is not null)
        {
            left = KeepPreferred(left, preferences);
            if (left.Count == 0) return RoutingVerdict.Refuse(request.CreateResponse(SipStatus.TemporarilyUnavailable), "caller's preferences");
        }

        foreach (var screen in RequestScreen.AfterAddress)
        {
            if (Narrow(ref left, request, screen) is { } refusal) return RoutingVerdict.Refuse(refusal, screen.Reason);
        }

        return request.Method == SipMethod.Options ? RouteOptions(request, left, user, preferences) : RoutingVerdict.To(left.Count == 1 ? left[0] : Best(request, left, user, preferences));
    }

    /// <summary>OPTIONS goes to a client where there is just one to ask; else the stack answers for all (RFC 3261 §11.2).</summary>
    private static RoutingVerdict RouteOptions(SipRequest request, IReadOnlyList<IRoutingCandidate> left, string? user, CallerPreferences? preferences)
    {
        var listening = Keep(left, static client => client.IsListening);
        if (listening.Count > 1) listening = KeepBest(listening, user, preferences);
        return listening.Count == 1
            ? RoutingVerdict.To(listening[0])
            : RoutingVerdict.Refuse(RequestScreen.AnswerOptions(request, EndpointCapabilities.Merge(left.Select(static client => client.Capabilities))), "capabilities");
    }

    // What captures its arguments stands in methods of its own: where there is one client only, as mostly, nothing is made for a choice.
    private static IRoutingCandidate Best(SipRequest request, IReadOnlyList<IRoutingCandidate> left, string? user, CallerPreferences? preferences) => left
        .OrderByDescending(client => client.FitOf(user))
        .ThenByDescending(client => preferences?.Score(client.Capabilities.Features) ?? 0)
        .ThenByDescending(client => RequestScreen.Declared(request, client.Capabilities))
        .ThenByDescending(static client => client.IsListening)
        .ThenByDescending(static client => client.IsConnected)
        .First(); // there are some

    private static IReadOnlyList<IRoutingCandidate> KeepBest(IReadOnlyList<IRoutingCandidate> listening, string? user, CallerPreferences? preferences)
    {
        if (preferences is not null)
        {
            var best = listening.Max(client => preferences.Score(client.Capabilities.Features));
            listening = Keep(listening, client => preferences.Score(client.Capabilities.Features) == best);
        }

        return listening.Count > 1 ? Keep(listening, client => client.FitOf(user) == AddressFit.Named) : listening;
    }

    private static IReadOnlyList<IRoutingCandidate> KeepAddressed(IReadOnlyList<IRoutingCandidate> left, string? user)
    {
        return left.Count > 1 ? KeepAll(left, user) : left[0].FitOf(user) != AddressFit.None ? left : [];

        static IReadOnlyList<IRoutingCandidate> KeepAll(IReadOnlyList<IRoutingCandidate> left, string? user) => Keep(left, client => client.FitOf(user) != AddressFit.None);
    }

    private static IReadOnlyList<IRoutingCandidate> KeepPreferred(IReadOnlyList<IRoutingCandidate> left, CallerPreferences preferences) =>
        Keep(left, client => preferences.Score(client.Capabilities.Features) is not null);

    /// <returns>The answer, where a screen lets nobody through.</returns>
    private static SipResponse? Narrow(ref IReadOnlyList<IRoutingCandidate> left, SipRequest request, Screen screen) =>
        left.Count == 1 ? screen.Check(request, left[0].Capabilities) : NarrowMany(ref left, request, screen);

    private static SipResponse? NarrowMany(ref IReadOnlyList<IRoutingCandidate> left, SipRequest request, Screen screen)
    {
        var fitting = Keep(left, client => screen.Check(request, client.Capabilities) is null);
        if (fitting.Count == 0)
        {
            // Made from what all can do; where each lacks something else, from what the first one can.
            return screen.Check(request, EndpointCapabilities.Merge(left.Select(static client => client.Capabilities))) ?? screen.Check(request, left[0].Capabilities);
        }

        left = fitting;
        return null;
    }

    private static IReadOnlyList<IRoutingCandidate> Keep(IReadOnlyList<IRoutingCandidate> candidates, Func<IRoutingCandidate, bool> fits)
    {
        if (candidates.Count == 1) return fits(candidates[0]) ? candidates : [];
        return candidates.All(fits) ? candidates : [.. candidates.Where(fits)];
    }
}
