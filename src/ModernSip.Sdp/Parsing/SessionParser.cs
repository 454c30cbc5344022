using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ModernSip.Sdp.Parsing;

/// <summary>Cuts a description into lines, under limits, and hands them to the section they belong to.</summary>
internal static class SessionParser
{
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, SdpLimits limits, [NotNullWhen(true)] out SdpSession? session, [NotNullWhen(false)] out SdpError? error)
    {
        session = null;
        error = TooLarge(utf8.Length, limits);
        return error is null && TryParseLines(Encoding.UTF8.GetString(utf8), limits, out session, out error);
    }

    /// <summary>Goes by way of the octets, so that text and octets read alike, lone surrogates included.</summary>
    public static bool TryParse(
        string text, SdpLimits limits, [NotNullWhen(true)] out SdpSession? session, [NotNullWhen(false)] out SdpError? error)
    {
        session = null;
        error = TooLarge(text.Length, limits); // no character takes less than an octet
        return error is null && TryParse(Encoding.UTF8.GetBytes(text), limits, out session, out error);
    }

    private static SdpError? TooLarge(int octets, SdpLimits limits) =>
        octets > limits.MaxSize ? new SdpError(0, "", "The description is larger than allowed.") : null;

    private static bool TryParseLines(
        string text, SdpLimits limits, [NotNullWhen(true)] out SdpSession? session, [NotNullWhen(false)] out SdpError? error)
    {
        session = null;
        var builder = new SessionBuilder(limits);

        // Blank lines at the end are the message's, not ours.
        var rest = text.AsSpan().TrimEnd("\r\n");
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line is [.., '\r']) line = line[..^1];

            var reason = Refuse(line, number, limits) ?? builder.Read(line[0], line[2..]);
            if (reason is not null)
            {
                error = new SdpError(number, FieldOf(line), reason);
                return false;
            }
        }

        return builder.TryBuild(out session, out error);
    }

    private static string? Refuse(ReadOnlySpan<char> line, int number, SdpLimits limits)
    {
        if (number > limits.MaxLineCount) return "There are more lines than allowed.";
        if (line.Length > limits.MaxLineLength) return "The line is longer than allowed.";
        if (!Grammar.IsText(line)) return "The line holds CR or NUL.";
        return line is [>= '!' and <= '~', '=', ..] ? null : "A line is one letter, an equals sign and a value.";
    }

    private static string FieldOf(ReadOnlySpan<char> line) => line is [>= 'a' and <= 'z', '=', ..] ? line[..2].ToString() : "";
}
