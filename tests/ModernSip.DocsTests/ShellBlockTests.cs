using System.Diagnostics;
using System.Text.RegularExpressions;
using ModernSip.ApiTests;
using ModernSip.DocsTests.Generator;
using ModernSip.DocsTests.Surroundings;

namespace ModernSip.DocsTests;

/// <summary>The commands on the pages: each use of <c>sip</c> is run against the server for example.com; the others are known, and run by other tests.</summary>
[Collection("example.com")]
public sealed partial class ShellBlockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What other tests run: the packages (PackageTests), the examples (ExampleTests) and the build itself.</summary>
    private static readonly string[] Elsewhere = ["dotnet pack", "dotnet nuget add source", "dotnet new console", "dotnet add ", "dotnet tool install", "dotnet run --project examples/", "dotnet build", "dotnet test", "./test.sh"];

    public static TheoryData<string, string> SipCommands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (page, command) in Pages.SelectMany(static page => CommandsOf(page).Select(command => (page, command))).Where(static line => line.command.StartsWith("sip ", StringComparison.Ordinal)).DistinctBy(static line => line.command)) data.Add(page, command);
            return data;
        }
    }

    private static string Program => Path.Combine(Repository.Root, "src", "ModernSip.Cli", "bin", Repository.Configuration, "net10.0", "sip.dll");

    private static IEnumerable<string> Pages =>
        [Path.Combine(Repository.Root, "README.md"), .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md"), Path.Combine(Repository.Root, "src", "ModernSip.Cli", "README.md")];

    [Theory]
    [MemberData(nameof(SipCommands))]
    public async Task SipCommand_OnAPage_Works(string page, string command)
    {
        await using var domain = await TestDomain.StartAsync();
        using var ending = new CancellationTokenSource(Limit, TimeProvider.System);
        var words = Word().Matches(Localize(command, domain)).Select(static word => word.Value.Trim('\'')).Skip(1).ToList();
        if (!words.Contains("--local") && words[0] != "parse") words.AddRange(["--local", "127.0.0.1"]);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. words, "--timeout", "20"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync(ending.Token);
        if (words[0] is "serve" or "answer" or "listen")
        {
            (await process.StandardOutput.ReadLineAsync(ending.Token)).Should().Contain("ready", because: $"{page} says so");
            using var stop = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        }

        var said = await process.StandardOutput.ReadToEndAsync(ending.Token);
        await process.WaitForExitAsync(ending.Token);

        process.ExitCode.Should().Be(0, "{0} has it: {1}\n{2}\n{3}", page, command, said, await complaints);
    }

    [Fact]
    public async Task Help_OfEveryCommand_HasAnExampleThatTheCommandTakes()
    {
        await using var domain = await TestDomain.StartAsync();
        var help = await ProgramRun.RunAsync("dotnet", [Program, "--help"], Limit);
        var examples = Example().Matches(help.Output).Select(static example => (Command: example.Groups["command"].Value, Line: example.Groups["example"].Value)).ToList();

        // What becomes of it depends on the other side; 2 would say that the command line is wrong.
        var runs = await Task.WhenAll(examples.Select(async example =>
        {
            var words = Word().Matches(Localize(example.Line, domain)).Select(static word => word.Value.Trim('\'')).Skip(1);
            return (example.Command, example.Line, Run: await ProgramRun.RunAsync("dotnet", [Program, .. words, "--timeout", "1"], Limit));
        }));

        runs.Should().HaveCount(11).And.OnlyContain(static run => run.Line.StartsWith($"sip {run.Command} ", StringComparison.Ordinal) && run.Run.ExitCode != 2);
    }

    [Fact]
    public async Task Completion_OfTheCommand_OffersCommandsAndOptions()
    {
        var completion = CodeBlock.ReadAll("README.md", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "ModernSip.Cli", "README.md"))).Single(static block => block.Language == "bash").Text;
        var script = $"sip() {{ dotnet '{Program}' \"$@\"; }}; {completion}\nCOMP_LINE='sip call --trans'; COMP_POINT=16; _sip; echo \"${{COMPREPLY[*]}}\"; complete -p sip";

        var run = await ProgramRun.RunAsync("bash", ["-c", script], Limit);

        run.Output.Should().Contain("--transport").And.Contain("complete -F _sip sip");
    }

    [Fact]
    public void Command_OnAPage_IsRunByATest() =>
        Pages.SelectMany(CommandsOf).Where(static command => !command.StartsWith("sip ", StringComparison.Ordinal)).Should()
            .OnlyContain(static command => Elsewhere.Any(known => command.StartsWith(known, StringComparison.Ordinal)));

    [Fact]
    public void Fence_OnAPage_SaysWhatItIs() =>
        Pages.SelectMany(static page => CodeBlock.ReadAll(page, File.ReadAllText(page))).Should().OnlyContain(static block => block.Language == "csharp" || block.Language == "sh" || block.Language == "json" || block.Language == "bash" || block.Language == "xml" || block.Language.Length == 0);

    [Fact]
    public void Json_OnAPage_CanBeRead()
    {
        foreach (var block in Pages.SelectMany(static page => CodeBlock.ReadAll(page, File.ReadAllText(page))).Where(static block => block.Language == "json"))
        {
            System.Text.Json.JsonDocument.Parse(block.Text).RootElement.GetProperty("Sip").EnumerateObject()
                .Should().OnlyContain(option => typeof(SipClientOptions).GetProperty(option.Name) != null, "{0} is to be bound", block.Page);
        }
    }

    /// <summary>The commands of the blocks, and of the text between.</summary>
    private static IEnumerable<string> CommandsOf(string page)
    {
        var text = File.ReadAllText(page);
        var blocks = CodeBlock.ReadAll(page, text).Where(static block => block.Language == "sh").SelectMany(static block => block.Text.Split('\n'));
        var spans = Span().Matches(text).Select(static span => span.Groups["command"].Value);
        return blocks.Concat(spans).Select(static line => Comment().Replace(line, "").Trim()).Where(static line => line.Length > 0);
    }

    private static string Localize(string command, TestDomain domain) =>
        Domain().Replace(command, $"${{1}}{domain.Server.LocalEndPoint}").Replace("127.0.0.1:5060", "127.0.0.1:0", StringComparison.Ordinal).Replace("--hold 10", "--hold 1", StringComparison.Ordinal).Replace("--hold 5", "--hold 1", StringComparison.Ordinal);

    [GeneratedRegex(@"^ +(?<command>[a-z]+) .*Example: (?<example>sip .*?)\s*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1_000)]
    private static partial Regex Example();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(sip:(?:\w+@)?)example\.com", RegexOptions.None, 1_000)]
    private static partial Regex Domain();

    [GeneratedRegex("`(?<command>sip (call|answer|register|message|options|request|listen|subscribe|publish|serve|parse) [^`\n]*[a-z0-9'])`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Span();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();
}
