using System.Diagnostics.CodeAnalysis;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>Streams that belong together (<c>group</c>), such as <c>BUNDLE</c> or <c>LS</c>.</summary>
/// <remarks>RFC 5888 §5, RFC 9143 §7.</remarks>
public sealed record SdpGroup : ISdpAttributeValue<SdpGroup>
{
    /// <summary>Makes a group.</summary>
    /// <param name="semantics">What the group means.</param>
    /// <param name="mids">The identification tags of its streams; may be empty.</param>
    /// <exception cref="ArgumentException">A value is not a token.</exception>
    public SdpGroup(string semantics, SdpList<string> mids)
    {
        Semantics = semantics;
        Mids = mids;
    }

    /// <inheritdoc/>
    public static string AttributeName => "group";

    /// <summary>What the group means.</summary>
    public string Semantics { get; init => field = Grammar.Token(value); }

    /// <summary>The identification tags of its streams.</summary>
    public SdpList<string> Mids
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var mid in value) Grammar.Token(mid, nameof(value));
            field = value;
        }
    }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpGroup? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNext(out var semantics) || !Grammar.IsToken(semantics)) return false;

        var mids = new List<string>();
        while (fields.TryNext(out var mid))
        {
            if (!Grammar.IsToken(mid)) return false;
            mids.Add(mid.ToString());
        }

        result = new SdpGroup(semantics.ToString(), [.. mids]);
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue() => Mids.Count == 0 ? Semantics : $"{Semantics} {Mids}";

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();
}
