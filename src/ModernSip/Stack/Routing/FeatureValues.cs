using System.Globalization;

namespace ModernSip.Stack.Routing;

/// <summary>The values of one feature tag: a boolean, tokens, a string, or ranges of numbers, each of them perhaps negated (RFC 3840 §9).</summary>
internal sealed class FeatureValues
{
    private readonly List<Value> _values;

    private FeatureValues(List<Value> values) => _values = values;

    /// <summary>Reads the text of a parameter without its quotes; no text stands for TRUE.</summary>
    public static FeatureValues Parse(string? text)
    {
        if (text is null) return new FeatureValues([new Value("TRUE", null, false)]);
        if (text.StartsWith('<') && text.EndsWith('>')) return new FeatureValues([new Value(text, null, false)]); // a string: commas belong to it
        return new FeatureValues([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Value.Parse)]);
    }

    /// <summary>Whether some value satisfies both: the intersection is not empty (RFC 2533 §5.4).</summary>
    public bool Intersects(FeatureValues other) => _values.Exists(mine => other._values.Exists(mine.Intersects));

    private sealed record Value(string Text, (decimal Low, decimal High)? Range, bool IsNegated)
    {
        public static Value Parse(string text)
        {
            var isNegated = text.StartsWith('!');
            if (isNegated) text = text[1..].TrimStart();
            return new Value(text, text.StartsWith('#') ? RangeOf(text.AsSpan(1).Trim()) : null, isNegated);
        }

        public bool Intersects(Value other) => (IsNegated, other.IsNegated) switch
        {
            (false, false) => Overlaps(other),
            (true, false) => !Covers(other),
            (false, true) => !other.Covers(this),
            (true, true) => true, // all but one of each: of words and of numbers there are always more
        };

        /// <summary>Whether this, without its negation, takes in all of the other one.</summary>
        private bool Covers(Value other) =>
            Range is { } mine && other.Range is { } its ? mine.Low <= its.Low && its.High <= mine.High : Range is null && other.Range is null && IsSame(other);

        private bool Overlaps(Value other) =>
            Range is { } mine && other.Range is { } its ? mine.Low <= its.High && its.Low <= mine.High : Range is null && other.Range is null && IsSame(other);

        /// <summary>Tokens and booleans compare without case, strings with it.</summary>
        private bool IsSame(Value other) => string.Equals(Text, other.Text, Text.StartsWith('<') ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

        private static (decimal Low, decimal High)? RangeOf(ReadOnlySpan<char> text)
        {
            if (text.StartsWith(">=")) return Number(text[2..]) is { } low ? (low, decimal.MaxValue) : null;
            if (text.StartsWith("<=")) return Number(text[2..]) is { } high ? (decimal.MinValue, high) : null;
            if (text.StartsWith("=")) return Number(text[1..]) is { } exact ? (exact, exact) : null;
            var colon = text.IndexOf(':');
            if (colon < 0) return Number(text) is { } plain ? (plain, plain) : null;
            return Number(text[..colon]) is { } from && Number(text[(colon + 1)..]) is { } to ? (from, to) : null;
        }

        private static decimal? Number(ReadOnlySpan<char> text) =>
            decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
