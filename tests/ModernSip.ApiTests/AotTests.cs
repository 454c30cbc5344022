namespace ModernSip.ApiTests;

/// <summary>The library works compiled ahead of time: a small program is published so, without a warning, and run.</summary>
public sealed class AotTests
{
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task PublishedAheadOfTime_SmallProgram_SendsOptionsOverLoopback()
    {
        var output = Directory.CreateTempSubdirectory("modernsip-aot-");
        try
        {
            var project = Path.Combine(Repository.TestFolder, "AotApp", "AotApp.csproj");
            var publish = await ProgramRun.RunAsync("dotnet", ["publish", project, "--configuration", Repository.Configuration, "--output", output.FullName, "--verbosity", "quiet", "-nodeReuse:false"], PublishLimit);
            publish.ExitCode.Should().Be(0, "publishing said:\n{0}", publish.Output);

            var run = await ProgramRun.RunAsync(Path.Combine(output.FullName, OperatingSystem.IsWindows() ? "AotApp.exe" : "AotApp"), [], RunLimit);

            run.ExitCode.Should().Be(0, "the program said:\n{0}", run.Output);
            run.Output.Should().Contain("200");
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    /// <summary>Built apart from everything else, since compiling ahead of time restores the projects for one kind of machine.</summary>
    [Fact]
    public async Task PublishedAheadOfTime_SipCommand_IsOneFileThatStartsAtOnce()
    {
        var output = Directory.CreateTempSubdirectory("modernsip-aot-");
        try
        {
            var project = Path.Combine(Repository.Root, "src", "ModernSip.Cli");
            var artifacts = Path.Combine(output.FullName, "artifacts");
            var publish = await ProgramRun.RunAsync(
                "dotnet",
                ["publish", project, "--configuration", "Release", "--use-current-runtime", "-p:PublishAot=true", "-p:TrimmerSingleWarn=false", "-p:RunAnalyzers=false", "--artifacts-path", artifacts, "--output", Path.Combine(output.FullName, "sip"), "--verbosity", "quiet", "-nodeReuse:false"],
                PublishLimit);
            publish.ExitCode.Should().Be(0, "publishing said:\n{0}", publish.Output);
            publish.Output.Should().NotContain("warning IL");
            Directory.EnumerateFiles(Path.Combine(output.FullName, "sip")).Select(static file => Path.GetExtension(file)).Should().NotContain(".dll");

            var program = Path.Combine(output.FullName, "sip", OperatingSystem.IsWindows() ? "sip.exe" : "sip");
            var starts = new List<TimeSpan>();
            for (var i = 0; i < 11; i++)
            {
                var start = TimeProvider.System.GetTimestamp();
                (await ProgramRun.RunAsync(program, ["--version"], RunLimit)).ExitCode.Should().Be(0);
                starts.Add(TimeProvider.System.GetElapsedTime(start));
            }

            starts.Min().Should().BeLessThan(TimeSpan.FromMilliseconds(50), "other programs may hold one start up, but not all");
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }
}
