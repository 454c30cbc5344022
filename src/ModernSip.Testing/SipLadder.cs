using System.Globalization;
using System.Text;

namespace ModernSip.Testing;

/// <summary>One arrow of a ladder.</summary>
/// <param name="At">When, from any beginning.</param>
/// <param name="From">The column where it begins.</param>
/// <param name="To">The column where it ends.</param>
/// <param name="Label">What stands on it.</param>
/// <param name="IsLost">Whether it does not arrive.</param>
public sealed record SipLadderEntry(TimeSpan At, string From, string To, string Label, bool IsLost = false);

/// <summary>Draws who sent what to whom as text: a column for each end point, a line for each message.</summary>
public static class SipLadder
{
    private const int Margin = 10;
    private const int LeastGap = 16;
    private const int MostGap = 60;

    /// <summary>Draws entries in their order.</summary>
    /// <param name="entries">The arrows.</param>
    /// <returns>Lines that end with a line feed; empty where there is no entry.</returns>
    public static string Render(IEnumerable<SipLadderEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        SipLadderEntry[] arrows = [.. entries];
        if (arrows.Length == 0) return "";
        string[] columns = [.. arrows.SelectMany(arrow => new[] { arrow.From, arrow.To }).Distinct(StringComparer.Ordinal)];
        var gap = Gap(arrows, columns);
        var text = new StringBuilder();
        AppendLine(text, Heads(columns, gap));
        foreach (var arrow in arrows)
            AppendLine(text, Line(arrow, Array.IndexOf(columns, arrow.From), Array.IndexOf(columns, arrow.To), columns.Length, gap));
        return text.ToString();
    }

    /// <summary>Draws what a network captured; packets that did not arrive end in an x.</summary>
    /// <param name="packets">The packets.</param>
    /// <param name="names">What to write above an end point ("10.0.0.1:5060") or a host ("10.0.0.1"); others are called by their addresses.</param>
    /// <returns>Lines that end with a line feed; empty where there is no packet.</returns>
    public static string Render(IEnumerable<SipCapturedPacket> packets, IReadOnlyDictionary<string, string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(packets);
        return Render(packets.Select(packet => new SipLadderEntry(packet.At, Name(packet.From), Name(packet.To), Label(packet.Content.Span), packet.IsDropped)));

        string Name(System.Net.IPEndPoint end) =>
            names?.GetValueOrDefault(end.ToString()) ?? names?.GetValueOrDefault(end.Address.ToString()) ?? end.ToString();
    }

    /// <summary>A short name for a message: the method of a request, "200 OK (INVITE)" for a response. Only the start line and CSeq are looked at.</summary>
    /// <param name="message">The octets.</param>
    public static string Label(ReadOnlySpan<byte> message)
    {
        var first = Printable(FirstLine(message));
        if (first.Trim().Length == 0) return message.Length == 0 ? "(empty)" : "(keep-alive)";
        if (first.StartsWith("SIP/2.0 ", StringComparison.OrdinalIgnoreCase))
            return CSeqMethod(message) is { } method ? $"{first[8..].Trim()} ({method})" : first[8..].Trim();
        var space = first.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && first.EndsWith(" SIP/2.0", StringComparison.OrdinalIgnoreCase) ? first[..space] : $"({message.Length} octets)";
    }

    private static string? CSeqMethod(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var end = message.IndexOf((byte)'\n');
            message = end < 0 ? default : message[(end + 1)..];
            var line = Printable(FirstLine(message));
            if (line.Length == 0) return null; // the end of the header section
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().Equals("CSeq", StringComparison.OrdinalIgnoreCase))
                return line[(colon + 1)..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, var method, ..] ? method : null;
        }

        return null;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOf((byte)'\n');
        return (end < 0 ? octets : octets[..end]).TrimEnd((byte)'\r');
    }

    // What a peer sent must not steer the terminal that it is printed on.
    private static string Printable(ReadOnlySpan<byte> octets) =>
        string.Concat(Encoding.UTF8.GetString(octets).Select(character => char.IsControl(character) && character != '\t' ? '?' : character));

    private static int Gap(SipLadderEntry[] arrows, string[] columns)
    {
        var gap = Math.Max(LeastGap, columns.Max(column => column.Length) + 2);
        foreach (var arrow in arrows)
        {
            var span = Math.Max(1, Math.Abs(Array.IndexOf(columns, arrow.From) - Array.IndexOf(columns, arrow.To)));
            gap = Math.Max(gap, (arrow.Label.Length + 8 + span - 1) / span);
        }

        return Math.Min(gap, MostGap);
    }

    private static char[] Heads(string[] columns, int gap)
    {
        var line = Blank(columns.Length, gap);
        for (var i = 0; i < columns.Length; i++) Write(line, Position(i, gap) - (Shorten(columns[i], gap - 2).Length / 2), Shorten(columns[i], gap - 2));
        return line;
    }

    private static char[] Line(SipLadderEntry arrow, int from, int to, int columns, int gap)
    {
        var line = Blank(columns, gap);
        Write(line, 0, arrow.At.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture).PadLeft(Margin - 1));
        for (var i = 0; i < columns; i++) line[Position(i, gap)] = '|';
        if (from == to)
        {
            Write(line, Position(from, gap) + 2, Shorten($"({arrow.Label})", gap - 3));
            return line;
        }

        var (left, right) = (Position(Math.Min(from, to), gap) + 1, Position(Math.Max(from, to), gap) - 1);
        line.AsSpan(left, right - left + 1).Fill('-');
        var label = $" {Shorten(arrow.Label, right - left - 5)} ";
        Write(line, left + ((right - left + 1 - label.Length) / 2), label);
        line[from < to ? right : left] = arrow.IsLost ? 'x' : from < to ? '>' : '<';
        return line;
    }

    private static int Position(int column, int gap) => Margin + (gap / 2) + (column * gap);

    private static char[] Blank(int columns, int gap)
    {
        var line = new char[Margin + ((columns + 1) * gap)];
        line.AsSpan().Fill(' ');
        return line;
    }

    private static void Write(char[] line, int at, string text) => text.CopyTo(0, line, Math.Max(0, at), Math.Min(text.Length, line.Length - Math.Max(0, at)));

    private static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "~");

    private static void AppendLine(StringBuilder text, char[] line) => text.Append(line.AsSpan().TrimEnd(' ')).Append('\n');
}
