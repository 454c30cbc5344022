using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ModernSip.Diagnostics;

/// <summary>Masks what must not be shown of a message: answers to challenges and their nonces, passwords in URIs, keys of media streams. Pure.</summary>
/// <remarks>Each secret octet becomes an asterisk, so that lengths, and with them a capture, stay right.</remarks>
internal static class CredentialMask
{
    private static readonly byte[][] CredentialFields =
    [
        "Authorization"u8.ToArray(), "Proxy-Authorization"u8.ToArray(), "WWW-Authenticate"u8.ToArray(), "Proxy-Authenticate"u8.ToArray(),
        "Authentication-Info"u8.ToArray(), "Proxy-Authentication-Info"u8.ToArray(),
    ];

    private static readonly byte[][] SecretParameters =
    [
        "response"u8.ToArray(), "nonce"u8.ToArray(), "cnonce"u8.ToArray(), "nextnonce"u8.ToArray(), "rspauth"u8.ToArray(), "auts"u8.ToArray(), "ik"u8.ToArray(), "ck"u8.ToArray(),
    ];

    private static readonly SearchValues<byte> UriEnds = SearchValues.Create("<>\"',;? \t\r\n@"u8);

    /// <summary>Masks a copy.</summary>
    /// <returns>False where there is nothing to mask.</returns>
    public static bool TryMask(ReadOnlySpan<byte> message, [NotNullWhen(true)] out byte[]? masked)
    {
        masked = null;
        var position = 0;
        while (position < message.Length)
        {
            var field = NextField(message, position, out var end);
            if (field.IsEmpty) break; // the empty line: the body begins
            if (IsCredentials(field, out var value)) MaskParameters(message, position + value, end, ref masked);
            else MaskPasswords(message, position, end, ref masked);
            position = end;
        }

        MaskKeys(message, position, ref masked);
        return masked is not null;
    }

    /// <summary>A line with those that are folded behind it, without its line end.</summary>
    private static ReadOnlySpan<byte> NextField(ReadOnlySpan<byte> message, int start, out int end)
    {
        end = start;
        do
        {
            var feed = message[end..].IndexOf((byte)'\n');
            end = feed < 0 ? message.Length : end + feed + 1;
        }
        while (end < message.Length && message[end] is (byte)' ' or (byte)'\t' && !message[start..end].TrimEnd("\r\n"u8).IsEmpty);

        return message[start..end].TrimEnd("\r\n"u8);
    }

    private static bool IsCredentials(ReadOnlySpan<byte> field, out int value)
    {
        value = field.IndexOf((byte)':') + 1;
        if (value == 0) return false;
        var name = field[..(value - 1)].TrimEnd(" \t"u8);
        foreach (var known in CredentialFields)
        {
            if (Ascii.EqualsIgnoreCase(name, known)) return true;
        }

        return false;
    }

    private static void MaskParameters(ReadOnlySpan<byte> message, int start, int end, ref byte[]? masked)
    {
        var field = message[start..end].TrimEnd("\r\n"u8);
        var scheme = field.TrimStart(" \t\r\n"u8);
        if (scheme.IndexOf((byte)'=') is var sign && scheme.IndexOf((byte)' ') is var space && space > 0 && (sign < 0 || space < sign) && !Ascii.EqualsIgnoreCase(scheme[..space], "Digest"u8))
        {
            // Basic, Bearer: all of it is the secret.
            Mask(message, start + field.Length - scheme.Length + space + 1, start + field.Length, ref masked);
            return;
        }

        for (var at = 0; at < field.Length;)
        {
            var equals = field[at..].IndexOf((byte)'=');
            if (equals < 0) return;
            equals += at;
            var name = field[at..equals].TrimEnd(" \t\r\n"u8);
            name = name[(name.LastIndexOfAny(" \t\r\n,"u8) + 1)..];
            var from = equals + 1;
            while (from < field.Length && field[from] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') from++;
            at = EndOfValue(field, ref from, out var to);
            if (IsSecret(name)) Mask(message, start + from, start + to, ref masked);
        }
    }

    /// <summary>Where a parameter's value ends.</summary>
    /// <param name="field">The field.</param>
    /// <param name="from">Where it begins; moved behind an opening quote.</param>
    /// <param name="to">Where what is inside the quotes ends.</param>
    /// <returns>Where to go on.</returns>
    private static int EndOfValue(ReadOnlySpan<byte> field, ref int from, out int to)
    {
        if (from < field.Length && field[from] == (byte)'"')
        {
            from++;
            for (to = from; to < field.Length && field[to] != (byte)'"'; to++)
            {
                if (field[to] == (byte)'\\') to++;
            }

            to = Math.Min(to, field.Length);
            return Math.Min(to + 1, field.Length);
        }

        var length = field[from..].IndexOfAny(" \t\r\n,"u8);
        return to = length < 0 ? field.Length : from + length;
    }

    private static bool IsSecret(ReadOnlySpan<byte> name)
    {
        foreach (var secret in SecretParameters)
        {
            if (Ascii.EqualsIgnoreCase(name, secret)) return true;
        }

        return false;
    }

    /// <summary>sip:user:password@host (RFC 3261 §19.1.1).</summary>
    private static void MaskPasswords(ReadOnlySpan<byte> message, int start, int end, ref byte[]? masked)
    {
        for (var at = start; at < end;)
        {
            var scheme = message[at..end].IndexOf((byte)':');
            if (scheme < 0) return;
            at += scheme + 1;
            var before = message[start..(at - 1)];
            if (!EndsWith(before, "sip"u8) && !EndsWith(before, "sips"u8)) continue;
            var rest = message[at..end];
            var colon = rest.IndexOf((byte)':');
            var stop = rest.IndexOfAny(UriEnds);
            // Signs that end a URI elsewhere may stand in a user part: the at sign decides.
            var sign = rest.IndexOf((byte)'@');
            if (sign < 0 || colon < 0 || colon > sign || (stop >= 0 && stop < sign && rest[stop] is (byte)'>' or (byte)'<' or (byte)'"' or (byte)' ' or (byte)'\r' or (byte)'\n')) continue;
            Mask(message, at + colon + 1, at + sign, ref masked);
            at += sign;
        }
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme) =>
        text.Length >= scheme.Length && Ascii.EqualsIgnoreCase(text[^scheme.Length..], scheme)
        && (text.Length == scheme.Length || !char.IsAsciiLetterOrDigit((char)text[^(scheme.Length + 1)]));

    /// <summary>The keys of SDES (RFC 4568 §6.1).</summary>
    private static void MaskKeys(ReadOnlySpan<byte> message, int start, ref byte[]? masked)
    {
        for (var at = start; at < message.Length;)
        {
            var line = message[at..].IndexOf("a=crypto:"u8);
            if (line < 0) return;
            at += line;
            var feed = message[at..].IndexOf((byte)'\n');
            var end = feed < 0 ? message.Length : at + feed;
            while (message[at..end].IndexOf("inline:"u8) is var key and >= 0)
            {
                at += key + 7;
                var length = message[at..end].IndexOfAny("|; \r\n"u8);
                Mask(message, at, length < 0 ? end : at + length, ref masked);
            }

            at = end;
        }
    }

    private static void Mask(ReadOnlySpan<byte> message, int from, int to, ref byte[]? masked)
    {
        if (from >= to) return;
        masked ??= message.ToArray();
        masked.AsSpan(from, to - from).Fill((byte)'*');
    }
}
