using System.IO.Compression;
using ModernSip.ApiTests;

namespace ModernSip.DocsTests.Packages;

/// <summary>The packages as a user meets them: packed, searched for what belongs in them, installed, and used by a new program.</summary>
public sealed class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Program = """
        using Microsoft.Extensions.DependencyInjection;
        using ModernSip;
        using ModernSip.Messages;
        using ModernSip.Testing;

        await using var server = await SipTestServer.StartAsync();
        await using var services = new ServiceCollection().AddSipClient(options => options.LocalAddress = "127.0.0.1").BuildServiceProvider();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        var response = await connection.SendAsync(SipRequest.Message(server.UriOf("echo"), "Hello")).FinalAsync();
        Console.WriteLine(response.Status);
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("ModernSip", "lib/net10.0/ModernSip.xml")]
    [InlineData("ModernSip.Sdp", "lib/net10.0/ModernSip.Sdp.xml")]
    [InlineData("ModernSip.Testing", "lib/net10.0/ModernSip.Testing.xml")]
    [InlineData("ModernSip.AspNetCore", "lib/net10.0/ModernSip.AspNetCore.xml")]
    [InlineData("ModernSip.Profiles.Sqlite", "lib/net10.0/ModernSip.Profiles.Sqlite.xml")]
    [InlineData("ModernSip.Cli", "tools/net10.0/any/sip.dll")]
    public async Task Pack_Package_HoldsWhatUsersNeed(string name, string file)
    {
        await using var package = await ZipFile.OpenReadAsync(feed.PathOf(name, "nupkg"));
        await using var symbols = await ZipFile.OpenReadAsync(feed.PathOf(name, "snupkg"));

        package.Entries.Select(static entry => entry.FullName).Should().Contain(["README.md", file]);
        symbols.Entries.Should().Contain(static entry => entry.FullName.EndsWith(".pdb", StringComparison.Ordinal));
        using var nuspec = new StreamReader(await package.GetEntry($"{name}.nuspec")!.OpenAsync());
        (await nuspec.ReadToEndAsync()).Should().ContainAll("<license type=\"expression\">MIT</license>", "<readme>README.md</readme>", "<description>", "<tags>", "<repository type=\"git\"");
    }

    [Fact]
    public async Task ToolInstall_FromTheFeed_GivesACommandThatRuns()
    {
        var tools = Path.Combine(feed.Folder, "tools");

        var install = await feed.RunAsync("dotnet", ["tool", "install", "ModernSip.Cli", "--tool-path", tools, "--configfile", feed.Configuration], Limit);

        install.ExitCode.Should().Be(0, "installing said:\n{0}", install.Output);
        var help = await feed.RunAsync(Path.Combine(tools, "sip"), ["call", "--help"], Limit);
        help.Output.Should().Contain("Example: sip call");
    }

    [Fact]
    public async Task AddPackage_NewProgram_CompilesAndRuns()
    {
        var project = Path.Combine(feed.Folder, "FirstProgram");
        (await feed.RunAsync("dotnet", ["new", "console", "--output", project, "--no-restore"], Limit)).ExitCode.Should().Be(0);
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), Program);
        foreach (var package in (string[])["ModernSip", "ModernSip.Testing"])
        {
            var add = await feed.RunAsync("dotnet", ["add", project, "package", package, "--version", feed.Version, "--no-restore"], Limit);
            add.ExitCode.Should().Be(0, "adding said:\n{0}", add.Output);
        }

        var run = await feed.RunAsync("dotnet", ["run", "--project", project], Limit);

        run.Output.Trim().Should().EndWith("200 OK");
    }
}
