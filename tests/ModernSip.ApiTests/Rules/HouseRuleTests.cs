namespace ModernSip.ApiTests.Rules;

public sealed class HouseRuleTests
{
    [Fact]
    public void GeneralRules_EveryPackage_AreKept() =>
        Repository.SourcesBelow(Path.Combine(Repository.Root, "src")).SelectMany(HouseRules.General).Should().BeEmpty();

    [Fact]
    public void ProtocolRules_Library_AreKept() =>
        Repository.SourcesBelow(Repository.LibraryFolder).SelectMany(HouseRules.Protocol).Should().BeEmpty();

    [Theory]
    [InlineData("MessageHelper.cs", "class A;", "name")]
    [InlineData("UriUtils.cs", "class A;", "name")]
    [InlineData("A.cs", "// TODO: later", "reminder")]
    [InlineData("A.cs", "#pragma warning disable CS1591", "documentation")]
    public void GeneralRules_OffendingFile_IsNamed(string path, string text, string complaint) =>
        HouseRules.General(new SourceFile(path, text)).Should().ContainSingle().Which.Should().Contain(complaint);

    [Theory]
    [InlineData(500, 0)]
    [InlineData(501, 1)]
    public void GeneralRules_FileLength_IsLimited(int lines, int complaints) =>
        HouseRules.General(new SourceFile("A.cs", string.Concat(Enumerable.Repeat("class A;\n", lines)))).Should().HaveCount(complaints);

    [Theory]
    [InlineData("Thread.Sleep(1);", true)]
    [InlineData("private async void Run()", true)]
    [InlineData("throw new NotImplementedException();", true)]
    [InlineData("/// <summary>Never uses Thread.Sleep.</summary>", false)]
    [InlineData("lock (_gate)", true)]
    [InlineData("using (_gate.EnterScope())", true)]
    [InlineData("lock (_gate) // many writers, no order", false)]
    [InlineData("// many writers, no order\nlock (_gate)", false)]
    [InlineData("var block = Unlock(gate);", false)]
    public void ProtocolRules_Line_IsJudged(string text, bool isForbidden) =>
        HouseRules.Protocol(new SourceFile("A.cs", text)).Should().HaveCount(isForbidden ? 1 : 0);
}
