using System.Text.RegularExpressions;

namespace ModernSip.ApiTests.Rules;

/// <summary>The rules of the house that can be told from the text of a file.</summary>
internal static partial class HouseRules
{
    private const int MostLines = 500;

    /// <summary>What holds for every file of a package.</summary>
    public static IEnumerable<string> General(SourceFile file)
    {
        if (file.Lines.Count > MostLines) yield return $"{file.Path}: {file.Lines.Count} lines, and {MostLines} are the most";
        if (VagueName().IsMatch(file.Name)) yield return $"{file.Path}: the name does not say what the file is";
        foreach (var (line, number) in Numbered(file))
        {
            if (Reminder().IsMatch(line)) yield return $"{file.Path}:{number}: a reminder in the place of work: {line.Trim()}";
            if (DocumentationSilenced().IsMatch(line)) yield return $"{file.Path}:{number}: public documentation is not silenced: {line.Trim()}";
        }
    }

    /// <summary>What holds for the protocol code.</summary>
    public static IEnumerable<string> Protocol(SourceFile file)
    {
        foreach (var (line, number) in Numbered(file))
        {
            var code = WithoutComment(line);
            if (Forbidden().Match(code) is { Success: true } forbidden) yield return $"{file.Path}:{number}: {forbidden.Value}";
            if (Lock().IsMatch(code) && !HasComment(line) && (number == 1 || !HasComment(file.Lines[number - 2]))) yield return $"{file.Path}:{number}: a lock, and no comment beside it says why";
        }
    }

    private static IEnumerable<(string Line, int Number)> Numbered(SourceFile file) => file.Lines.Select(static (line, index) => (line, index + 1));

    private static bool HasComment(string line) => WithoutComment(line).Length < line.Length;

    /// <summary>The line up to its comment. A URI in a string looks like a comment; nothing that is looked for stands behind one.</summary>
    private static string WithoutComment(string line) => line.IndexOf("//", StringComparison.Ordinal) is var start and >= 0 ? line[..start] : line;

    [GeneratedRegex(@"Thread\s*\.\s*Sleep|\basync\s+void\b|\bNotImplementedException\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"\block\s*\(|\bMonitor\s*\.\s*(Try)?Enter\b|\.EnterScope\s*\(", RegexOptions.ExplicitCapture)]
    private static partial Regex Lock();

    [GeneratedRegex("Helper|Util|Manager", RegexOptions.ExplicitCapture)]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Reminder();

    [GeneratedRegex(@"#pragma\s+warning\s+disable\b.*\b(CS)?(1591|1573)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex DocumentationSilenced();
}
