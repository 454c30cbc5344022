using System.Globalization;

namespace ModernSip.Sdp.Parsing;

/// <summary>The lines that a session and a stream have in common: i, c, b, k and a.</summary>
internal sealed class SectionLines
{
    public string? Information { get; private set; }

    public string? Key { get; private set; }

    public List<SdpConnection> Connections { get; } = [];

    public List<SdpBandwidth> Bandwidths { get; } = [];

    public List<SdpAttribute> Attributes { get; } = [];

    public string? Read(char type, ReadOnlySpan<char> value, bool isMedia)
    {
        switch (type)
        {
            case 'i' when Information is not null:
            case 'k' when Key is not null:
            case 'c' when Connections.Count > 0 && !isMedia:
                return "The line stands twice.";
            case 'i':
                if (!value.IsEmpty) Information = value.ToString();
                return null;
            case 'k':
                if (!value.IsEmpty) Key = value.ToString();
                return null;
            case 'c':
                if (!ConnectionParser.TryParse(value, out var connection)) return "The address is missing or malformed.";
                Connections.Add(connection);
                return null;
            case 'b':
                return ReadBandwidth(value);
            case 'a':
                if (!AttributeParser.TryParse(value, out var attribute)) return "The attribute's name is missing or malformed.";
                Attributes.Add(attribute);
                return null;
            case 'v' or 'o' or 's' or 'u' or 'e' or 'p' or 't' or 'r' or 'z':
                return "The line belongs before the first m= line.";
            default:
                return null; // a type not known here is passed over
        }
    }

    private string? ReadBandwidth(ReadOnlySpan<char> value)
    {
        var colon = value.IndexOf(':');
        if (colon < 0 || !Grammar.IsToken(value[..colon])) return "The bandwidth's type is missing or malformed.";
        if (!ulong.TryParse(value[(colon + 1)..].Trim(" \t"), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            return "The bandwidth must be a number.";
        }

        Bandwidths.Add(new SdpBandwidth(value[..colon].ToString(), amount));
        return null;
    }
}
