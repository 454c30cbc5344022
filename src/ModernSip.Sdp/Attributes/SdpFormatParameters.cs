using System.Diagnostics.CodeAnalysis;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>The parameters of one format (<c>fmtp</c>).</summary>
/// <remarks>RFC 8866 §6.15. What they mean is for the format to say, so they are kept as text.</remarks>
public sealed record SdpFormatParameters : ISdpAttributeValue<SdpFormatParameters>
{
    /// <summary>Makes the parameters of a format.</summary>
    /// <param name="format">The format as it stands in the <c>m=</c> line.</param>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="ArgumentException">The format is not a token, or the parameters are empty or hold CR, LF or NUL.</exception>
    public SdpFormatParameters(string format, string parameters)
    {
        Format = format;
        Parameters = parameters;
    }

    /// <inheritdoc/>
    public static string AttributeName => "fmtp";

    /// <summary>The format as it stands in the <c>m=</c> line.</summary>
    public string Format { get; init => field = Grammar.Token(value); }

    /// <summary>The parameters.</summary>
    public string Parameters { get; init => field = Grammar.NonEmptyText(value); }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpFormatParameters? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNext(out var format) || !Grammar.IsToken(format) || fields.AtEnd || !Grammar.IsText(fields.Rest)) return false;
        result = new SdpFormatParameters(format.ToString(), fields.Rest.ToString());
        return true;
    }

    /// <summary>The value of one <c>name=value</c> pair of a list separated by semicolons, or null.</summary>
    /// <param name="name">The parameter's name; compared without regard to case.</param>
    public string? Find(string name)
    {
        foreach (var range in Parameters.AsSpan().Split(';'))
        {
            var pair = Parameters.AsSpan()[range].Trim();
            var equals = pair.IndexOf('=');
            if (equals > 0 && pair[..equals].TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase)) return pair[(equals + 1)..].TrimStart().ToString();
        }

        return null;
    }

    /// <inheritdoc/>
    public string ToAttributeValue() => $"{Format} {Parameters}";

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();
}
