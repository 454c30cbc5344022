using System.Globalization;
using System.Text;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Report;

/// <summary>CPU per call over the rate, a line for each subject. Rungs that were not held are drawn hollow.</summary>
internal static class SvgPlot
{
    private const int Width = 800;
    private const int Height = 480;
    private const int Margin = 70;

    private static readonly string[] Colours = ["#0063b1", "#c23b22", "#2e8540", "#8a4fad", "#b26b00"];

    public static void Write(string path, IReadOnlyList<LoadRow> rows)
    {
        var (most, dearest) = (rows.Max(static row => row.Rate), rows.Max(static row => row.Cost) * 1.1);
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" font-family="sans-serif" font-size="13">""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect width="{Width}" height="{Height}" fill="white"/><text x="{Width / 2}" y="24" text-anchor="middle" font-size="16">{rows[0].Scenario.Name}: CPU µs per call</text>""");
        for (var step = 0; step <= 4; step++)
        {
            var (x, y) = (X(most * step / 4.0), Y(dearest * step / 4));
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<line x1="{Margin}" x2="{Width - Margin}" y1="{y:0}" y2="{y:0}" stroke="#ddd"/><text x="{Margin - 8}" y="{y + 4:0}" text-anchor="end">{dearest * step / 4:0}</text><text x="{x:0}" y="{Height - Margin + 20}" text-anchor="middle">{most * step / 4}</text>""");
        }

        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Width / 2}" y="{Height - 20}" text-anchor="middle">calls a second</text>""");
        foreach (var (subject, index) in rows.GroupBy(static row => row.Subject).Select(static (group, index) => (group, index)))
        {
            var colour = Colours[index % Colours.Length];
            var points = subject.OrderBy(static row => row.Rate).ToList();
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<polyline fill="none" stroke="{colour}" stroke-width="2" points="{string.Join(' ', points.Select(row => string.Create(CultureInfo.InvariantCulture, $"{X(row.Rate):0.0},{Y(row.Cost):0.0}")))}"/>""");
            foreach (var row in points) svg.AppendLine(CultureInfo.InvariantCulture, $"""<circle cx="{X(row.Rate):0.0}" cy="{Y(row.Cost):0.0}" r="4" stroke="{colour}" fill="{(row.Outcome.IsHeld(row.Rate) ? colour : "white")}"/>""");
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Width - Margin}" y="{Margin + (18 * index)}" text-anchor="end" fill="{colour}">{subject.Key}</text>""");
        }

        svg.AppendLine("</svg>");
        File.WriteAllText(path, svg.ToString());

        double X(double rate) => Margin + (rate / most * (Width - (2 * Margin)));

        double Y(double cost) => Height - Margin - (cost / dearest * (Height - (2 * Margin)));
    }
}
