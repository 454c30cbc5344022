using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using ModernSip.Diagnostics;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>Draws ladders for web pages.</summary>
public static class SipLadderSvgExtensions
{
    private const int Margin = 84;
    private const int Gap = 260;
    private const int Top = 44;
    private const int Step = 30;
    private const int MostLabel = 38;
    private const int MostNote = 110;

    /// <summary>Draws a ladder as an SVG element to be put into a page: a line for each column, an arrow for each message, a sentence for what was decided.</summary>
    /// <remarks>
    /// What peers sent is escaped. The element needs nothing from outside and has no style or script of its own, so it keeps to any Content-Security-Policy; it is
    /// drawn in the colour of the text around it. Classes to style it by: <c>sip-ladder</c>, and in it <c>request</c>, <c>success</c>, <c>failure</c>, <c>note</c>.
    /// </remarks>
    /// <param name="ladder">The ladder.</param>
    public static string ToSvg(this SipLadder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        var columns = ladder.Columns.Select(static (column, index) => (column, index)).ToDictionary(static pair => pair.column, static pair => pair.index, StringComparer.Ordinal);
        var widest = ladder.Rows.Where(static row => row.IsNote).Select(row => X(columns[row.From]) + 20 + (Math.Min(row.Label.Length, MostNote) * 7)).DefaultIfEmpty().Max(); // sentences run on to the right
        var (width, height) = (Math.Max(widest, Margin + (Math.Max(1, columns.Count) * Gap)), Top + ((ladder.Rows.Count + 1) * Step));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"sip-ladder\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Ladder of {ladder.Rows.Count} rows\" font-family=\"ui-monospace, monospace\" font-size=\"13\" fill=\"currentColor\" stroke=\"none\">");
        foreach (var (column, index) in columns)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"{X(index)}\" y=\"20\" text-anchor=\"middle\" font-weight=\"600\">{Text(column, MostLabel)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"lifeline\" x1=\"{X(index)}\" y1=\"30\" x2=\"{X(index)}\" y2=\"{height - 8}\" stroke=\"currentColor\" stroke-opacity=\"0.3\"/>");
        }

        for (var i = 0; i < ladder.Rows.Count; i++) AppendRow(svg, ladder.Rows[i], columns, Top + (i * Step));
        return svg.Append("</svg>").ToString();
    }

    private static void AppendRow(StringBuilder svg, SipLadderRow row, Dictionary<string, int> columns, int y)
    {
        var (from, to) = (X(columns[row.From]), X(columns[row.To]));
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{ClassOf(row)}\"><text class=\"time\" x=\"{Margin - 20}\" y=\"{y + 16}\" text-anchor=\"end\" fill-opacity=\"0.6\" font-size=\"11\">{row.At.TotalSeconds:F3}</text>");
        if (row.IsNote)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{from}\" cy=\"{y + 12}\" r=\"3\"/><text x=\"{from + 10}\" y=\"{y + 16}\" font-size=\"11\" font-style=\"italic\" fill-opacity=\"0.8\">{Text(row.Label, MostNote)}</text></g>");
            return;
        }

        var direction = to > from ? 1 : -1;
        var label = row.Note is null ? row.Label : $"{row.Label} · {row.Note}";
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{from}\" y1=\"{y + 18}\" x2=\"{to - (direction * 6)}\" y2=\"{y + 18}\" stroke=\"currentColor\" stroke-width=\"1.5\"{(row.IsLost ? " stroke-dasharray=\"4 4\"" : "")}/>");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{to} {y + 18}l{-8 * direction} -4v8z\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(from + to) / 2}\" y=\"{y + 12}\" text-anchor=\"middle\">{Text(label, MostLabel * Math.Abs(columns[row.From] - columns[row.To]))}</text></g>");
    }

    private static string ClassOf(SipLadderRow row) =>
        row.IsNote ? "note"
        : row.Label.Length < 3 || !char.IsAsciiDigit(row.Label[0]) ? "request"
        : row.Label[0] switch { '1' => "provisional", '2' => "success", _ => "failure" };

    private static int X(int column) => Margin + (Gap / 2) + (column * Gap);

    private static string Text(string text, int most) => HtmlEncoder.Default.Encode(text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…"));
}
