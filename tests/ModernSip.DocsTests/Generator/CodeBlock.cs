namespace ModernSip.DocsTests.Generator;

/// <summary>A fenced block of code on a page, and what the comment above it says about its surroundings.</summary>
/// <param name="Page">The page, relative to the root.</param>
/// <param name="Line">The line of its first line of code, counted from 1.</param>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Text">The code.</param>
/// <param name="Surroundings">The lines "key: value" of the comment, with their line numbers.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string Text, IReadOnlyList<(string Key, string Value, int Line)> Surroundings)
{
    private const string Opening = "<!-- block";

    public static IEnumerable<CodeBlock> ReadAll(string page, string text)
    {
        var lines = text.Split('\n').Select(static line => line.TrimEnd('\r')).ToList();
        var surroundings = new List<(string, string, int)>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].StartsWith(Opening, StringComparison.Ordinal))
            {
                surroundings = [];
                if (lines[i].EndsWith("-->", StringComparison.Ordinal)) Add(surroundings, lines[i][Opening.Length..^3], i + 1);
                else while (++i < lines.Count && lines[i] != "-->") Add(surroundings, lines[i], i + 1);
            }
            else if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                var start = i + 1;
                var language = lines[i][3..].Trim();
                while (++i < lines.Count && lines[i] != "```") { }
                yield return new CodeBlock(page, start + 1, language, string.Join('\n', lines[start..Math.Min(i, lines.Count)]) + "\n", surroundings);
                surroundings = [];
            }
        }
    }

    private static void Add(List<(string, string, int)> surroundings, string line, int number)
    {
        if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0) surroundings.Add((line[..colon].Trim(), line[(colon + 1)..].Trim(), number));
    }
}
