using System.Diagnostics.CodeAnalysis;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>The fingerprint of the certificate that a side is going to show (<c>fingerprint</c>).</summary>
/// <remarks>RFC 8122 §5.</remarks>
public sealed record SdpFingerprint : ISdpAttributeValue<SdpFingerprint>
{
    /// <summary>Makes a fingerprint.</summary>
    /// <param name="hashFunction">The hash function, such as <c>sha-256</c>.</param>
    /// <param name="fingerprint">Pairs of hexadecimal digits with colons between them.</param>
    /// <exception cref="ArgumentException">The function is not a token, or the fingerprint has another form.</exception>
    public SdpFingerprint(string hashFunction, string fingerprint)
    {
        HashFunction = hashFunction;
        Fingerprint = fingerprint;
    }

    /// <inheritdoc/>
    public static string AttributeName => "fingerprint";

    /// <summary>The hash function; compared without regard to case.</summary>
    public string HashFunction { get; init => field = Grammar.Token(value); }

    /// <summary>Pairs of hexadecimal digits with colons between them.</summary>
    public string Fingerprint
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = IsFingerprint(value) ? value : throw new ArgumentException("A fingerprint is pairs of hexadecimal digits joined by colons.", nameof(value));
        }
    }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpFingerprint? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNext(out var function) || !Grammar.IsToken(function)) return false;
        if (!fields.TryNext(out var fingerprint) || !IsFingerprint(fingerprint)) return false;
        result = new SdpFingerprint(function.ToString(), fingerprint.ToString());
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue() => $"{HashFunction} {Fingerprint}";

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();

    private static bool IsFingerprint(ReadOnlySpan<char> value)
    {
        if (value.Length % 3 != 2) return false;
        for (var i = 0; i < value.Length; i++)
        {
            if (i % 3 == 2 ? value[i] != ':' : !char.IsAsciiHexDigit(value[i])) return false;
        }

        return true;
    }
}
