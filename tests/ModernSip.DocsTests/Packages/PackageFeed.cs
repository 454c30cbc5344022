using ModernSip.ApiTests;

namespace ModernSip.DocsTests.Packages;

/// <summary>
/// A folder with all packages, as <c>dotnet pack</c> makes them of what is built. Packages of others come from the machine's own cache, ours never get into it.
/// </summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string[] Projects = ["ModernSip", "ModernSip.Sdp", "ModernSip.Testing", "ModernSip.AspNetCore", "ModernSip.Profiles.Sqlite", "ModernSip.Cli"];

    public string Folder { get; } = Directory.CreateTempSubdirectory("modernsip-packages-").FullName;

    /// <summary>A nuget.config with this feed as its only source.</summary>
    public string Configuration => Path.Combine(Folder, "nuget.config");

    public string Version => Path.GetFileNameWithoutExtension(PathOf("ModernSip.Sdp", "nupkg"))["ModernSip.Sdp.".Length..];

    public string PathOf(string name, string extension) =>
        Directory.EnumerateFiles(Folder, $"{name}.*.{extension}").Single(path => char.IsAsciiDigit(Path.GetFileName(path)[name.Length + 1]));

    public async Task InitializeAsync()
    {
        foreach (var project in Projects)
        {
            var pack = await ProgramRun.RunAsync(
                "dotnet", ["pack", Path.Combine(Repository.Root, "src", project), "--no-build", "--configuration", Repository.Configuration, "--output", Folder, "-nodeReuse:false"], Limit);
            pack.ExitCode.Should().Be(0, "packing said:\n{0}", pack.Output);
            pack.Output.Should().NotContainAny("warn", "missing a readme");
        }

        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Configuration, $"""
            <configuration>
              <packageSources><clear /><add key="here" value="{Folder}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="cache" value="{cache}" /></fallbackPackageFolders>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Folder, "cache")}" /></config>
            </configuration>
            """);
    }

    /// <summary>Runs a program whose packages come from here.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit) =>
        ProgramRun.RunAsync("env", ["--chdir", Folder, "-u", "NUGET_PACKAGES", "DOTNET_CLI_HOME=" + Folder, "DOTNET_NOLOGO=1", program, .. arguments], limit);

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}
