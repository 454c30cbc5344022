using System.Globalization;
using System.Text;

namespace ModernSip.Diagnostics;

/// <summary>Draws a ladder as text.</summary>
internal sealed class LadderText
{
    private const int Margin = 10;
    private const int LeastGap = 16;
    private const int MostGap = 60;
    private const int MostNote = 160;

    private readonly SipLadder _ladder;
    private readonly Dictionary<string, int> _columns;
    private readonly int _gap;

    public LadderText(SipLadder ladder)
    {
        _ladder = ladder;
        _columns = ladder.Columns.Select(static (column, index) => (column, index)).ToDictionary(static pair => pair.column, static pair => pair.index, StringComparer.Ordinal);
        _gap = Gap();
    }

    public string Draw()
    {
        if (_ladder.Rows.Count == 0) return "";
        var text = new StringBuilder();
        Append(text, Heads(), null);
        foreach (var row in _ladder.Rows)
        {
            if (row.IsNote) Append(text, Note(row), null);
            else Append(text, Arrow(row), row.Note);
        }

        return text.ToString();
    }

    private int Gap()
    {
        var gap = LeastGap;
        foreach (var column in _columns.Keys) gap = Math.Max(gap, column.Length + 2);
        foreach (var row in _ladder.Rows.Where(static row => !row.IsNote))
        {
            var span = Math.Abs(_columns[row.From] - _columns[row.To]);
            gap = Math.Max(gap, (row.Label.Length + 8 + span - 1) / span);
        }

        return Math.Min(gap, MostGap);
    }

    private char[] Heads()
    {
        var line = Blank();
        foreach (var (column, index) in _columns)
        {
            var head = Shorten(column, _gap - 2);
            Write(line, Position(index) - (head.Length / 2), head);
        }

        return line;
    }

    /// <summary>The sentence runs on over the columns to its right.</summary>
    private char[] Note(SipLadderRow row)
    {
        var (line, at) = (Lines(row), Position(_columns[row.From]) + 2);
        var note = Shorten($"({row.Label})", MostNote);
        if (line.Length < at + note.Length) Array.Resize(ref line, at + note.Length);
        Write(line, at, note);
        return line;
    }

    private char[] Arrow(SipLadderRow row)
    {
        var line = Lines(row);
        var (from, to) = (_columns[row.From], _columns[row.To]);
        var (left, right) = (Position(Math.Min(from, to)) + 1, Position(Math.Max(from, to)) - 1);
        line.AsSpan(left, right - left + 1).Fill('-');
        var label = $" {Shorten(row.Label, right - left - 5)} ";
        Write(line, left + ((right - left + 1 - label.Length) / 2), label);
        line[from < to ? right : left] = row.IsLost ? 'x' : from < to ? '>' : '<';
        return line;
    }

    /// <summary>The time, and the columns' own lines.</summary>
    private char[] Lines(SipLadderRow row)
    {
        var line = Blank();
        Write(line, 0, row.At.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture).PadLeft(Margin - 1));
        for (var i = 0; i < _columns.Count; i++) line[Position(i)] = '|';
        return line;
    }

    private int Position(int column) => Margin + (_gap / 2) + (column * _gap);

    private char[] Blank()
    {
        var line = new char[Margin + ((_columns.Count + 1) * _gap)];
        line.AsSpan().Fill(' ');
        return line;
    }

    private static void Write(char[] line, int at, string text) => text.CopyTo(0, line, Math.Max(0, at), Math.Min(text.Length, line.Length - Math.Max(0, at)));

    private static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "~");

    private static void Append(StringBuilder text, char[] line, string? note)
    {
        text.Append(line.AsSpan().TrimEnd(' '));
        if (note is not null) text.Append("  ").Append(note);
        text.Append('\n');
    }
}
