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
}
