using ModernSip.Messages;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>Which Request-URIs a handler is for, as "sip:{user}@example.com". Pure.</summary>
internal sealed class UriPattern
{
    private readonly string? _scheme;
    private readonly PatternPart? _user;
    private readonly PatternPart _host;

    private UriPattern(string? scheme, PatternPart? user, PatternPart host) => (_scheme, _user, _host) = (scheme, user, host);

    /// <summary>The placeholders.</summary>
    public IReadOnlyList<string> Names => [.. new[] { _user?.Name, _host.Name }.OfType<string>()];

    /// <summary>How much of it is literal: where several patterns fit, the one with more is meant.</summary>
    public int Weight => (_user?.Weight ?? 0) + _host.Weight;

    /// <exception cref="ArgumentException">The text is no pattern.</exception>
    public static UriPattern Parse(string text)
    {
        var rest = text.AsSpan();
        string? scheme = null;
        foreach (var known in new[] { "sips", "sip" })
        {
            if (!rest.StartsWith(known + ":", StringComparison.OrdinalIgnoreCase)) continue;
            scheme = known;
            rest = rest[(known.Length + 1)..];
            break;
        }

        var at = rest.LastIndexOf('@');
        var pattern = new UriPattern(scheme, at < 0 ? null : PatternPart.Parse(rest[..at], text), PatternPart.Parse(rest[(at + 1)..], text));
        if (pattern.Names.Distinct(StringComparer.Ordinal).Count() != pattern.Names.Count) throw new ArgumentException($"'{text}' names a placeholder twice.", nameof(text));
        return pattern;
    }

    /// <summary>Holds a URI against it.</summary>
    /// <returns>The values of the placeholders; null where it does not fit.</returns>
    public IReadOnlyDictionary<string, string>? Match(SipUri uri)
    {
        if (!uri.IsSip || (_scheme is "sips" && !string.Equals(uri.Scheme, "sips", StringComparison.OrdinalIgnoreCase))) return null; // "sip" stands for both
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var fitsUser = _user is { } user ? user.Matches(uri.User ?? "", StringComparison.Ordinal, values) : string.IsNullOrEmpty(uri.User);
        return fitsUser && _host.Matches(uri.Host, StringComparison.OrdinalIgnoreCase, values) ? values : null;
    }

    /// <summary>The user or the host: literal text, with a placeholder in it or not.</summary>
    private sealed record PatternPart(string Before, string? Name, string After)
    {
        private const int Exact = 1 << 16; // outweighs any literal text beside a placeholder

        public int Weight => Name is null ? Exact : Before.Length + After.Length;

        public static PatternPart Parse(ReadOnlySpan<char> part, string text)
        {
            var (open, close) = (part.IndexOf('{'), part.IndexOf('}'));
            var name = open >= 0 && close > open ? part[(open + 1)..close].ToString() : null;
            var literal = name is null ? part.ToString() : string.Concat(part[..open], part[(close + 1)..]);
            var isWrong = part.IsEmpty || literal.AsSpan().ContainsAny("{};?@") || (literal.Contains(':', StringComparison.Ordinal) && literal[0] != '[') || (name is not null && (name.Length == 0 || !name.All(char.IsLetterOrDigit)));
            if (isWrong) throw new ArgumentException($"'{text}' is no pattern of Request-URIs: it is to read as 'sip:sales@{{host}}', with one placeholder at most in the user and in the host, without port, parameters or headers.", nameof(text));
            return name is null ? new PatternPart(literal, null, "") : new PatternPart(part[..open].ToString(), name, part[(close + 1)..].ToString());
        }

        public bool Matches(string value, StringComparison comparison, Dictionary<string, string> values)
        {
            if (Name is null) return string.Equals(value, Before, comparison);
            if (value.Length <= Before.Length + After.Length || !value.StartsWith(Before, comparison) || !value.EndsWith(After, comparison)) return false;
            values[Name] = value[Before.Length..^After.Length];
            return true;
        }
    }
}
