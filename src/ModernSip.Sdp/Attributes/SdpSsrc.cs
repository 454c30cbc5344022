using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>Something said about one RTP source (<c>ssrc</c>).</summary>
/// <remarks>RFC 5576 §4.1.</remarks>
public sealed record SdpSsrc : ISdpAttributeValue<SdpSsrc>
{
    /// <summary>Makes a source attribute.</summary>
    /// <param name="id">The synchronisation source.</param>
    /// <param name="attribute">What is said about it, such as <c>cname</c> with its value.</param>
    public SdpSsrc(uint id, SdpAttribute attribute)
    {
        Id = id;
        Attribute = attribute;
    }

    /// <inheritdoc/>
    public static string AttributeName => "ssrc";

    /// <summary>The synchronisation source.</summary>
    public uint Id { get; init; }

    /// <summary>What is said about it.</summary>
    public SdpAttribute Attribute { get; init => field = Grammar.NotNull(value); }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpSsrc? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNextNumber(out var id) || id > uint.MaxValue) return false;
        if (!AttributeParser.TryParse(fields.Rest, out var attribute)) return false;
        result = new SdpSsrc((uint)id, attribute);
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Attribute}");

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();
}
