using System.Text.RegularExpressions;

namespace ModernSip.ApiTests.Examples;

/// <summary>What the pages at the top say is there, is there.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_FirstProgram_IsTheExampleThatCompiles()
    {
        var program = File.ReadAllText(Path.Combine(Repository.Root, "examples", "FirstCall", "Program.cs")).ReplaceLineEndings("\n");

        Read("README.md").Should().Contain($"```csharp\n{program}```\n");
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("SECURITY.md")]
    public void Page_Links_LeadSomewhere(string page)
    {
        var targets = Link().Matches(Read(page)).Select(static link => link.Groups["target"].Value).Where(static target => !target.Contains("://", StringComparison.Ordinal)).ToList();

        targets.Should().NotBeEmpty().And.OnlyContain(target => Path.Exists(Path.Combine(Repository.Root, target)));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Page_Commands_NameProjectsThatExist(string page)
    {
        var projects = Project().Matches(Read(page)).Select(static command => command.Groups["folder"].Value).ToList();

        projects.Should().NotBeEmpty().And.OnlyContain(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj").Any());
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"\]\((?<target>[^)#]+)\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"dotnet (run --project|test) (?<folder>\S+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Project();
}
