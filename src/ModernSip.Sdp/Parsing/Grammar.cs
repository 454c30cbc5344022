using System.Buffers;
using System.Runtime.CompilerServices;

namespace ModernSip.Sdp.Parsing;

/// <summary>The character rules of SDP, asked by the parser and enforced on what an application sets (RFC 8866 §9).</summary>
internal static class Grammar
{
    /// <summary>The longest address: a fully qualified name has at most 255 octets.</summary>
    public const int MaxAddressLength = 255;

    private static readonly SearchValues<char> s_lineBreakers = SearchValues.Create("\r\n\0");

    private static readonly SearchValues<char> s_tokenCharacters = SearchValues.Create(
        "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static bool IsText(ReadOnlySpan<char> value) => !value.ContainsAny(s_lineBreakers);

    public static bool IsToken(ReadOnlySpan<char> value) => !value.IsEmpty && !value.ContainsAnyExcept(s_tokenCharacters);

    /// <summary>Tokens joined by a slash, as in <c>UDP/TLS/RTP/SAVPF</c>.</summary>
    public static bool IsProtocol(ReadOnlySpan<char> value)
    {
        foreach (var part in value.Split('/'))
        {
            if (!IsToken(value[part])) return false;
        }

        return true;
    }

    /// <summary>One or more characters without white space or controls.</summary>
    public static bool IsWord(ReadOnlySpan<char> value)
    {
        foreach (var character in value)
        {
            if (character <= ' ' || character == '\x7f') return false;
        }

        return !value.IsEmpty;
    }

    /// <summary>A name or an address. The slash is kept out, because it ends the address of a <c>c=</c> line.</summary>
    public static bool IsAddress(ReadOnlySpan<char> value) =>
        value.Length <= MaxAddressLength && IsWord(value) && !value.Contains('/');

    public static string Text(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsText(value) ? value : throw new ArgumentException("Carriage return, line feed and NUL cannot stand in SDP.", name);
    }

    public static string? OptionalText(string? value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is null ? null : NonEmptyText(value, name);

    public static string NonEmptyText(string value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        Text(value, name).Length > 0 ? value : throw new ArgumentException("The value cannot be empty.", name);

    public static string Token(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsToken(value) ? value : throw new ArgumentException("The value must be a token (RFC 8866 §9).", name);
    }

    public static string Protocol(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsProtocol(value) ? value : throw new ArgumentException("The value must be tokens joined by slashes (RFC 8866 §9).", name);
    }

    public static string Word(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsWord(value) ? value : throw new ArgumentException("The value must be one word without white space or controls.", name);
    }

    public static string Address(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsAddress(value)
            ? value
            : throw new ArgumentException("The value must be an address or a host name of at most 255 characters.", name);
    }

    public static int InRange(int value, int least, int most, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }

    public static T NotNull<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
