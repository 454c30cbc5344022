namespace ModernSip.Messages.Parsing;

/// <summary>Equality of sip and sips URIs (RFC 3261 §19.1.4).</summary>
internal static class UriComparison
{
    // A parameter of these names must be on both sides or on none.
    private static readonly string[] DecisiveParameters = ["user", "ttl", "method", "maddr", "transport"];

    public static bool AreEqual(SipUri left, SipUri right) =>
        UriText.AreEqual(left.UserOctets, right.UserOctets, ignoreCase: false)
        && left.HasPassword == right.HasPassword
        && UriText.AreEqual(left.PasswordOctets, right.PasswordOctets, ignoreCase: false)
        && Grammar.EqualsIgnoreCase(left.HostOctets, right.HostOctets)
        && left.Port == right.Port
        && ParametersAgree(left.Parameters, right.Parameters)
        && HeadersAgree(left.Headers, right.Headers);

    private static bool ParametersAgree(SipParameters left, SipParameters right)
    {
        foreach (var name in DecisiveParameters)
        {
            if (left.Contains(name) != right.Contains(name)) return false;
        }

        foreach (var (name, value) in left)
        {
            if (right.TryGetValue(name, out var other) && !string.Equals(value, other, StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }

    private static bool HeadersAgree(string? left, string? right)
    {
        if (left is null || right is null) return left == right;
        var mine = left.Split('&');
        var theirs = right.Split('&').ToList();
        return mine.Length == theirs.Count && mine.All(header => Remove(theirs, header));
    }

    private static bool Remove(List<string> headers, string header)
    {
        var octets = System.Text.Encoding.UTF8.GetBytes(header);
        var index = headers.FindIndex(other => HeaderEquals(octets, System.Text.Encoding.UTF8.GetBytes(other)));
        if (index < 0) return false;
        headers.RemoveAt(index);
        return true;
    }

    private static bool HeaderEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var a = left.IndexOf((byte)'=');
        var b = right.IndexOf((byte)'=');
        return a >= 0 && b >= 0
            && UriText.AreEqual(left[..a], right[..b], ignoreCase: true)
            && UriText.AreEqual(left[a..], right[b..], ignoreCase: false);
    }
}
