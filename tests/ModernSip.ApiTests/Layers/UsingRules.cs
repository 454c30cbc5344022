using System.Text.RegularExpressions;

namespace ModernSip.ApiTests.Layers;

/// <summary>Reads the using lines and the namespace of a file of the library, and says what breaks the layering.</summary>
internal static partial class UsingRules
{
    public static IEnumerable<string> Violations(SourceFile file)
    {
        var own = Layering.OfFolder(file.Folders is [var top, ..] ? top : null);
        if (own.Level is null) yield return $"{file.Path}: the folder {own.Name} has no level; give it one in Layering.cs";

        foreach (var (line, number) in file.Lines.Select(static (line, index) => (line, index + 1)))
        {
            if (Using().Match(line) is not { Success: true } match || Layering.OfNamespace(NamespaceIn(match.Groups["target"].Value)) is not { } used) continue;
            if (match.Groups["global"].Success) yield return $"{file.Path}:{number}: global using of a layer: {line.Trim()}";
            if (own.Level is not null && !own.MayUse(used)) yield return $"{file.Path}:{number}: {own} uses {used}: {line.Trim()}";
        }

        var expected = Layering.NamespaceOf(file.Folders);
        var declared = file.Lines.Select(static line => Namespace().Match(line)).Where(static match => match.Success).ToList();
        if (declared.Count == 0 && !IsAssemblyInfo(file)) yield return $"{file.Path}: no namespace; its folder asks for {expected}";
        foreach (var match in declared)
        {
            if (match.Groups["name"].Value != expected) yield return $"{file.Path}: namespace {match.Groups["name"].Value}; its folder asks for {expected}";
            if (match.Groups["end"].Value != ";") yield return $"{file.Path}: a namespace is file-scoped";
        }
    }

    /// <summary>The namespace that a using line leads to; for "using static" and aliases the target may be a type in it, which makes no difference to its layer.</summary>
    private static string NamespaceIn(string target)
    {
        var text = target.StartsWith("global::", StringComparison.Ordinal) ? target["global::".Length..] : target;
        return text.StartsWith(Layering.RegistrationNamespace + '.', StringComparison.Ordinal) ? Layering.RegistrationNamespace : text;
    }

    private static bool IsAssemblyInfo(SourceFile file) => file.Lines.All(static line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal) || line.StartsWith("[assembly:", StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*(?<global>global\s+)?using\s+(static\s+)?(\w+\s*=\s*)?(?<target>(global::)?[A-Za-z_][\w.]*)[^=()]*;", RegexOptions.ExplicitCapture)]
    private static partial Regex Using();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)\s*(?<end>;)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Namespace();
}
