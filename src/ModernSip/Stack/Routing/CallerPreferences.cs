using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Stack.Routing;

/// <summary>How well a client fits what a caller prefers: Accept-Contact and Reject-Contact against its features (RFC 3841 §7.2.4). Pure.</summary>
internal sealed class CallerPreferences
{
    private const int MostValues = 32; // a request may hold thousands; nobody means them

    private readonly List<Preference> _accepted;
    private readonly List<FeatureSet> _rejected;

    private CallerPreferences(List<Preference> accepted, List<FeatureSet> rejected) => (_accepted, _rejected) = (accepted, rejected);

    /// <summary>Reads the preferences of a request.</summary>
    /// <returns>Null where it has none.</returns>
    public static CallerPreferences? Of(SipRequest request)
    {
        if (!request.Headers.Contains("Accept-Contact") && !request.Headers.Contains("Reject-Contact")) return null;
        return new CallerPreferences(
            [.. request.Headers.GetAll(SipHeaderNames.AcceptContact).Take(MostValues).Select(static value => new Preference(FeatureSet.Of(value.Parameters), value.Parameters.Contains("require"), value.Parameters.Contains("explicit")))],
            [.. request.Headers.GetAll(SipHeaderNames.RejectContact).Take(MostValues).Select(static value => FeatureSet.Of(value.Parameters))]);
    }

    /// <summary>The client's score, 0 to 1; null where the caller rules it out.</summary>
    public double? Score(FeatureSet features)
    {
        if (features.IsEmpty) return 1; // who says nothing of itself is not ruled out by what it might be
        if (_rejected.Exists(rejected => Rejects(rejected, features))) return null;
        var (sum, count) = (0.0, 0);
        foreach (var preference in _accepted)
        {
            if (!preference.Features.Terms.All(term => !features.TryGet(term.Key, out var values) || values.Intersects(term.Value)))
            {
                if (preference.Requires) return null;
                continue; // no match, and none is insisted on: it does not count
            }

            var score = Share(preference.Features, features);
            if (preference.IsExplicit && score < 1)
            {
                if (preference.Requires) return null;
                score = 0;
            }

            (sum, count) = (sum + score, count + 1);
        }

        return count == 0 ? (_accepted.Count == 0 ? 1 : 0) : sum / count;
    }

    /// <summary>What the client does not say of itself cannot be rejected: every tag must be there, and match.</summary>
    private static bool Rejects(FeatureSet rejected, FeatureSet features) =>
        !rejected.IsEmpty && rejected.Terms.All(term => features.TryGet(term.Key, out var values) && values.Intersects(term.Value));

    /// <summary>The share of the caller's tags that the client speaks of.</summary>
    private static double Share(FeatureSet wanted, FeatureSet features) =>
        wanted.IsEmpty ? 1 : wanted.Terms.Count(term => features.TryGet(term.Key, out _)) / (double)wanted.Terms.Count();

    private readonly record struct Preference(FeatureSet Features, bool Requires, bool IsExplicit);
}
