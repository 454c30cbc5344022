using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages;

namespace ModernSip.Stack.Routing;

/// <summary>Feature tags and their values, as a Contact would carry them (RFC 3840 §9). Pure and immutable.</summary>
internal sealed class FeatureSet
{
    /// <summary>The tags of RFC 3840 §10 that stand without a plus sign; other parameters of Contact are no features.</summary>
    private static readonly FrozenSet<string> BaseTags = FrozenSet.ToFrozenSet(
    [
        "audio", "automata", "class", "duplex", "data", "control", "mobility", "description", "events", "priority", "methods", "extensions",
        "schemes", "application", "video", "language", "type", "isfocus", "actor", "text",
    ], StringComparer.OrdinalIgnoreCase);

    private const int MostFeatures = 64; // of one value in a request, which anybody may write

    private readonly Dictionary<string, FeatureValues> _features;

    private FeatureSet(IEnumerable<KeyValuePair<string, FeatureValues>> features) => _features = features.ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>No features: such a client is immune to the caller's preferences (RFC 3841 §7.2.4).</summary>
    public static FeatureSet Empty { get; } = new([]);

    public bool IsEmpty => _features.Count == 0;

    /// <summary>Reads the features among the parameters of an Accept-Contact or Reject-Contact value.</summary>
    public static FeatureSet Of(SipParameters parameters) =>
        new(parameters.Where(static parameter => IsFeature(parameter.Key)).DistinctBy(static parameter => parameter.Key, StringComparer.OrdinalIgnoreCase).Take(MostFeatures)
            .Select(static parameter => KeyValuePair.Create(parameter.Key, FeatureValues.Parse(parameter.Value))));

    /// <summary>Reads features as an option writes them: "audio", "mobility=fixed", "methods=\"INVITE,BYE\"".</summary>
    public static FeatureSet Of(IEnumerable<string> tags) =>
        new(tags.Select(Split).DistinctBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase).Select(static pair => KeyValuePair.Create(pair.Key, FeatureValues.Parse(pair.Value))));

    /// <summary>Whether a text is a feature tag with or without a value.</summary>
    public static bool IsValid(string tag) => IsFeature(Split(tag).Key);

    public bool TryGet(string tag, [NotNullWhen(true)] out FeatureValues? values) => _features.TryGetValue(tag, out values);

    /// <summary>The terms of the predicate that the features make up.</summary>
    public IEnumerable<KeyValuePair<string, FeatureValues>> Terms => _features;

    private static bool IsFeature(string name) => BaseTags.Contains(name) || (name.Length > 1 && name[0] == '+');

    private static KeyValuePair<string, string?> Split(string tag) =>
        tag.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
            ? KeyValuePair.Create(tag[..equals].Trim(), (string?)tag[(equals + 1)..].Trim().Trim('"'))
            : KeyValuePair.Create(tag.Trim(), (string?)null);
}
