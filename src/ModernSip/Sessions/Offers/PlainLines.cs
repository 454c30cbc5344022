using System.Buffers;
using System.Buffers.Text;
using System.Net;

namespace ModernSip.Sessions.Offers;

/// <summary>The lines of a description and the words in them, for those who know their usual form only. Whatever has another form is not found.</summary>
internal static class PlainLines
{
    private static readonly SearchValues<byte> AddressOctets = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> NameOctets = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+"u8);

    /// <summary>Takes a line of the given type off, which must end in CR and LF.</summary>
    public static bool TakeLine(scoped ref ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> type, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!text.StartsWith(type)) return false;
        var end = text.IndexOf("\r\n"u8);
        if (end < type.Length) return false;
        value = text[type.Length..end];
        text = text[(end + 2)..];
        return true;
    }

    public static ReadOnlySpan<byte> TakeWord(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    public static bool IsText(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    public static bool IsName(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(NameOctets) < 0;

    /// <summary>A number without leading zeros.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text, ulong most, out ulong number)
    {
        number = 0;
        return !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && (text.Length == 1 || text[0] != '0')
            && Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && number <= most;
    }

    public static bool IsNumber(ReadOnlySpan<byte> text, ulong most) => IsNumber(text, most, out _);

    /// <summary>The address of one host.</summary>
    public static bool IsConnection(ReadOnlySpan<byte> connection) =>
        connection.StartsWith("IN IP4 "u8) ? IsHost4(connection["IN IP4 ".Length..])
        : connection.StartsWith("IN IP6 "u8) && IsHost6(connection["IN IP6 ".Length..]);

    private static bool IsHost4(ReadOnlySpan<byte> address)
    {
        if (address.IsEmpty || address.IndexOfAnyExcept(AddressOctets) >= 0) return false;
        for (var part = 0; part < 4; part++)
        {
            var end = part == 3 ? address.Length : address.IndexOf((byte)'.');
            if (end <= 0 || !IsNumber(address[..end], part == 0 ? 223u : 255u)) return false;
            address = part == 3 ? default : address[(end + 1)..];
        }

        return true;
    }

    private static bool IsHost6(ReadOnlySpan<byte> address) =>
        address.Contains((byte)':') && IsText(address) && address.IndexOfAny(" /%[]"u8) < 0 && !(address.Length > 1 && (address[0] | 0x20) == 'f' && (address[1] | 0x20) == 'f') && IPAddress.IsValidUtf8(address);
}
