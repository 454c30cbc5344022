using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>Markup. Everything that is put into it is escaped, unless it is markup itself: what comes from the network cannot become any.</summary>
[InterpolatedStringHandler]
internal sealed class HtmlText
{
    private readonly StringBuilder _markup;

    /// <summary>Used by the compiler for an interpolated string.</summary>
    public HtmlText(int literalLength, int formattedCount) => _markup = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(HtmlText markup) => _markup.Append(markup._markup);

    public void AppendFormatted(IEnumerable<HtmlText> markup)
    {
        foreach (var one in markup) _markup.Append(one._markup);
    }

    public void AppendFormatted<T>(T value, string? format = null) => _markup.Append(HtmlEncoder.Default.Encode(value is IFormattable formattable ? formattable.ToString(format, System.Globalization.CultureInfo.InvariantCulture) : value?.ToString() ?? ""));

    /// <summary>Takes text for markup: only what this library made itself.</summary>
    public static HtmlText Trusted(string markup)
    {
        var text = new HtmlText(markup.Length, 0);
        text.AppendLiteral(markup);
        return text;
    }

    public override string ToString() => _markup.ToString();
}
