using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>Keys for secure RTP, carried in the description itself (<c>crypto</c>).</summary>
/// <remarks>RFC 4568 §4. They are secrets: send them over TLS only, and keep them out of logs. <see cref="ToString"/> hides them.</remarks>
public sealed record SdpCrypto : ISdpAttributeValue<SdpCrypto>
{
    /// <summary>Makes a crypto attribute.</summary>
    /// <param name="tag">Its number within the stream, 1 to 999,999,999.</param>
    /// <param name="suite">The suite, such as <c>AES_CM_128_HMAC_SHA1_80</c>.</param>
    /// <param name="keyParameters">The keys, such as <c>inline:…</c>.</param>
    /// <param name="sessionParameters">Session parameters, or null.</param>
    /// <exception cref="ArgumentException">A value holds characters that its place does not allow.</exception>
    public SdpCrypto(int tag, string suite, string keyParameters, string? sessionParameters = null)
    {
        Tag = tag;
        Suite = suite;
        KeyParameters = keyParameters;
        SessionParameters = sessionParameters;
    }

    /// <inheritdoc/>
    public static string AttributeName => "crypto";

    /// <summary>The number within the stream. The answer repeats the one it takes.</summary>
    public int Tag { get; init => field = Grammar.InRange(value, 1, 999_999_999); }

    /// <summary>The suite.</summary>
    public string Suite { get; init => field = Grammar.Token(value); }

    /// <summary>The keys; secret.</summary>
    public string KeyParameters { get; init => field = Grammar.Word(value); }

    /// <summary>Session parameters, or null.</summary>
    public string? SessionParameters { get; init => field = Grammar.OptionalText(value); }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpCrypto? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNextNumber(1, 999_999_999, out var tag)) return false;
        if (!fields.TryNext(out var suite) || !Grammar.IsToken(suite)) return false;
        if (!fields.TryNext(out var keys) || !Grammar.IsWord(keys) || !Grammar.IsText(fields.Rest)) return false;
        result = new SdpCrypto(tag, suite.ToString(), keys.ToString(), fields.AtEnd ? null : fields.Rest.ToString());
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite} {KeyParameters}");
        return SessionParameters is null ? text : $"{text} {SessionParameters}";
    }

    /// <summary>Tag and suite, without the keys.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite} …");
}
