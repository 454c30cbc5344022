namespace ModernSip.InteropTests.Peers;

/// <summary>A program of the folder examples, as it was built with the tests.</summary>
internal static class Example
{
    /// <summary>Starts it.</summary>
    public static PeerProcess Start(PeerBench bench, string name, params IEnumerable<string> arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = folder.Parent?.Name ?? "Release";
        var root = folder;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ModernSip.sln"))) root = root.Parent;
        var path = Path.Combine(root?.FullName ?? folder.FullName, "examples", name, "bin", configuration, "net10.0", name + ".dll");
        if (!File.Exists(path)) throw new FileNotFoundException($"Build examples/{name} first ({configuration}).", path);
        return bench.Start(name, "dotnet", [path, .. arguments]);
    }
}
