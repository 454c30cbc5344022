namespace ModernSip.Resolution.Dns;

/// <summary>Domain names as text and as octets (RFC 1035 §3.1).</summary>
internal static class DnsName
{
    /// <summary>The longest name as text.</summary>
    public const int MaxLength = 253;

    /// <summary>The longest label.</summary>
    public const int MaxLabel = 63;

    /// <summary>Lower case, and no dot at the end. The root stays ".".</summary>
    public static string Normalise(string name)
    {
        var text = name.Length > 1 && name[^1] == '.' ? name[..^1] : name;
        return text.ToLowerInvariant();
    }

    /// <summary>Whether a text can be asked about: labels of 1 to 63 printable ASCII characters, 253 characters in all.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength) return false;
        var label = 0;
        foreach (var character in name)
        {
            if (character == '.')
            {
                if (label == 0) return false;
                label = 0;
            }
            else if (!char.IsBetween(character, '!', '~') || ++label > MaxLabel)
            {
                return false;
            }
        }

        return label > 0;
    }

    /// <summary>Whether a label's octet can stand in the text of a name without being taken for something else.</summary>
    public static bool IsPlain(byte octet) => octet is >= (byte)'!' and <= (byte)'~' and not (byte)'.';
}
