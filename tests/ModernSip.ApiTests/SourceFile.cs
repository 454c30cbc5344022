namespace ModernSip.ApiTests;

/// <summary>A C# file: its path below the folder that is looked at, with slashes, and its text.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public IReadOnlyList<string> Lines { get; } = Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folders of the path; empty in the root.</summary>
    public IReadOnlyList<string> Folders => Path.Split('/')[..^1];
}
