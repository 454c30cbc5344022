namespace ModernSip.ApiTests.Layers;

public sealed class LayerTests
{
    [Fact]
    public void UsingLines_OfTheLibrary_PointDown() =>
        Repository.SourcesBelow(Repository.LibraryFolder).SelectMany(UsingRules.Violations).Should().BeEmpty();

    /// <summary>What is built on the web server has features beside each other: a folder each, and none knows another.</summary>
    [Fact]
    public void UsingLines_OfAspNetCore_NameNoOtherFolder() =>
        Repository.SourcesBelow(Path.Combine(Repository.Root, "src", "ModernSip.AspNetCore"))
            .Where(static file => !file.Lines.Any(static line => line.StartsWith("namespace Microsoft.", StringComparison.Ordinal)))
            .SelectMany(static file => file.Lines
                .Where(line => line.StartsWith("using ModernSip.AspNetCore.", StringComparison.Ordinal) || (line.StartsWith("namespace ", StringComparison.Ordinal) && line != $"namespace {string.Join('.', ["ModernSip.AspNetCore", .. file.Folders])};"))
                .Select(line => $"{file.Path}: {line}"))
            .Should().BeEmpty();

    [Fact]
    public void References_InTheAssembly_PointDown() =>
        AssemblyRules.Violations(typeof(ISipClient).Assembly, Layering.OfNamespace).Should().BeEmpty();

    [Theory]
    [InlineData("Messages/A.cs", "using ModernSip.Transport;", "Messages (level 1) uses Transport (level 4)")]
    [InlineData("Sessions/A.cs", "using ModernSip.Registrations;", "Sessions (level 8) uses Registrations (level 8)")]
    [InlineData("Stack/A.cs", "using ModernSip;", "Stack (level 7) uses (root) (level 10)")]
    [InlineData("Stack/A.cs", "using static ModernSip.Sessions.SipDialogEnd;", "uses Sessions")]
    [InlineData("Stack/A.cs", "using Leg = ModernSip.Sessions.CallLeg;", "uses Sessions")]
    [InlineData("Stack/A.cs", "using global::ModernSip.Sessions;", "uses Sessions")]
    [InlineData("A.cs", "using Microsoft.Extensions.DependencyInjection;", "uses DependencyInjection")]
    [InlineData("A.cs", "global using ModernSip.Messages;", "global using of a layer")]
    [InlineData("Messages/Parsing/A.cs", "using ModernSip.Messages.Headers;", null)]
    [InlineData("Stack/A.cs", "using ModernSip.Dialogs;", null)]
    [InlineData("Stack/A.cs", "using (var x = ModernSip.Sessions.Y()) { }", null)]
    public void UsingRules_LineInFolder_IsJudgedByLevel(string path, string line, string? complaint)
    {
        var file = new SourceFile(path, $"{line}\n\nnamespace {Layering.NamespaceOf(new SourceFile(path, "").Folders)};\n");

        var violations = UsingRules.Violations(file).ToList();

        if (complaint is null) violations.Should().BeEmpty();
        else violations.Should().ContainSingle().Which.Should().Contain(complaint);
    }

    [Theory]
    [InlineData("Messages/Parsing/A.cs", "namespace ModernSip.Messages;", "its folder asks for ModernSip.Messages.Parsing")]
    [InlineData("Messages/A.cs", "namespace ModernSip.Messages { }", "file-scoped")]
    [InlineData("Messages/A.cs", "internal sealed class A;", "no namespace")]
    [InlineData("DependencyInjection/A.cs", "namespace ModernSip.DependencyInjection;", "its folder asks for Microsoft.Extensions.DependencyInjection")]
    [InlineData("Extras/A.cs", "namespace ModernSip.Extras;", "no level")]
    public void UsingRules_NamespaceOrFolderIsWrong_Complains(string path, string text, string complaint) =>
        UsingRules.Violations(new SourceFile(path, text)).Should().ContainSingle().Which.Should().Contain(complaint);

    [Fact]
    public void AssemblyRules_PlantedOffenders_AreAllFound()
    {
        var violations = AssemblyRules.Violations(typeof(LayerTests).Assembly, LayerOfPlanted);

        violations.Select(static violation => violation.Split(' ')[0].Split('.')[^1]).Distinct().Should().BeEquivalentTo(Planted.Low.Offenders.Names);

        static Layer? LayerOfPlanted(string? name) => name switch
        {
            "ModernSip.ApiTests.Layers.Planted.Low" => new Layer("Low", 0),
            "ModernSip.ApiTests.Layers.Planted.High" => new Layer("High", 1),
            _ => null,
        };
    }
}
