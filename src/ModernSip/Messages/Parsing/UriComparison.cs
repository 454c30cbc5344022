namespace ModernSip.Messages.Parsing;

/// <summary>Equality of URIs (RFC 3261 §19.1.4, RFC 5954 §4, RFC 3966 §4). Parts are sorted or looked up, never searched for one by one: hostile URIs have thousands.</summary>
internal static class UriComparison
{
    // A parameter of these names must be on both sides or on none.
    private static readonly string[] DecisiveParameters = ["user", "ttl", "method", "maddr", "transport"];

    public static bool AreEqual(SipUri left, SipUri right) =>
        UriText.AreEqual(left.UserOctets, right.UserOctets, ignoreCase: false)
        && left.HasPassword == right.HasPassword
        && UriText.AreEqual(left.PasswordOctets, right.PasswordOctets, ignoreCase: false)
        && UriText.AreSameHost(left.HostOctets, right.HostOctets)
        && left.Port == right.Port
        && ParametersAgree(left.ParameterOctets, right.ParameterOctets)
        && HeadersAgree(left.HeadersSpan, right.HeadersSpan);

    /// <summary>tel: the digits without visual separators, and the same parameters in any order.</summary>
    public static bool AreSameNumber(SipUri left, SipUri right)
    {
        if (!string.Equals(left.Number, right.Number, StringComparison.OrdinalIgnoreCase)) return false;
        if (left.ParameterOctets.IsEmpty && right.ParameterOctets.IsEmpty) return true;
        var mine = Table(left.ParameterOctets);
        var theirs = Table(right.ParameterOctets);
        return mine.Count == theirs.Count && mine.All(parameter => theirs.TryGetValue(parameter.Key, out var other) && other == parameter.Value);
    }

    /// <summary>Of other schemes only the scheme's own case is known not to matter.</summary>
    public static bool AreSameOpaque(SipUri left, SipUri right) =>
        left.Scheme == right.Scheme && UriText.AreEqual(left.OpaqueOctets, right.OpaqueOctets, ignoreCase: false);

    private static bool ParametersAgree(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty && right.IsEmpty) return true;
        var mine = Table(left);
        var theirs = Table(right);
        foreach (var name in DecisiveParameters)
        {
            if (mine.ContainsKey(name) != theirs.ContainsKey(name)) return false;
        }

        // A parameter that stands on one side only does not count.
        return mine.All(parameter => !theirs.TryGetValue(parameter.Key, out var other) || other == parameter.Value);
    }

    private static Dictionary<string, string?> Table(ReadOnlySpan<byte> parameters)
    {
        var table = new Dictionary<string, string?>(StringComparer.Ordinal);
        var scanner = new ParameterScanner(parameters, 0, inUri: true);
        while (scanner.MoveNext())
        {
            table.TryAdd(UriText.Normalize(scanner.Name, ignoreCase: true), scanner.HasValue ? UriText.Normalize(scanner.Value, ignoreCase: true) : null);
        }

        return table;
    }

    /// <summary>The header parts must be the same ones, in any order. Both begin with the question mark, or are empty.</summary>
    private static bool HeadersAgree(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.IsEmpty == right.IsEmpty && (left.SequenceEqual(right) || Sorted(left).SequenceEqual(Sorted(right)));

    private static List<string> Sorted(ReadOnlySpan<byte> headers)
    {
        var parts = new List<string>();
        headers = headers[1..];
        foreach (var range in headers.Split((byte)'&'))
        {
            var part = headers[range];
            var equals = part.IndexOf((byte)'=');
            if (equals < 0) equals = part.Length;
            parts.Add(UriText.Normalize(part[..equals], ignoreCase: true) + UriText.Normalize(part[equals..], ignoreCase: false));
        }

        parts.Sort(StringComparer.Ordinal);
        return parts;
    }
}
