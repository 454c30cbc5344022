namespace ModernSip.ApiTests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The configuration that the tests, and the examples with them, were built in.</summary>
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Root { get; } = FindRoot();

    public static string LibraryFolder { get; } = Path.Combine(Root, "src", "ModernSip");

    public static string TestFolder { get; } = Path.Combine(Root, "tests", "ModernSip.ApiTests");

    /// <summary>The C# files below a folder, written by hand: nothing that a build left there.</summary>
    public static IReadOnlyList<SourceFile> SourcesBelow(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => new SourceFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(static file => !file.Path.Split('/').Any(static part => part is "bin" or "obj"))
            .OrderBy(static file => file.Path, StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModernSip.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds ModernSip.sln.");
    }
}
