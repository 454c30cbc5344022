using System.Globalization;
using System.Text;

namespace ModernSip.Diagnostics;

/// <summary>Writes a ladder as a sequence diagram in the notation of Mermaid.</summary>
internal static class LadderMermaid
{
    public static string Write(SipLadder ladder)
    {
        var text = new StringBuilder("sequenceDiagram\n");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in ladder.Columns)
        {
            names[column] = $"p{names.Count}";
            text.Append(CultureInfo.InvariantCulture, $"    participant {names[column]} as {Escape(column)}\n");
        }

        foreach (var row in ladder.Rows)
        {
            if (row.IsNote) text.Append(CultureInfo.InvariantCulture, $"    Note over {names[row.From]}: {Said(row)}\n");
            else text.Append(CultureInfo.InvariantCulture, $"    {names[row.From]}{(row.IsLost ? "-x" : "->>")}{names[row.To]}: {Said(row)}\n");
        }

        return text.ToString();
    }

    private static string Said(SipLadderRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.At.TotalSeconds:F3} {Escape(row.Label)}{(row.Note is { } note ? $" ({Escape(note)})" : "")}");

    /// <summary>What the notation takes for its own, or a page for markup, is written as a character reference: a peer's words begin no line and no statement.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '#' or ';' or '<' or '>' or '&' or '"' or '%') escaped.Append(CultureInfo.InvariantCulture, $"#{(int)character};");
            else escaped.Append(char.IsControl(character) ? ' ' : character);
        }

        return escaped.ToString();
    }
}
