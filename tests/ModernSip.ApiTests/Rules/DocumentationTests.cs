using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Hosting;
using ModernSip.Profiles.Sqlite;
using ModernSip.Sdp;
using ModernSip.Testing;

namespace ModernSip.ApiTests.Rules;

/// <summary>The compiler refuses a public member without documentation; here is checked that nobody told it not to, and that the texts say something.</summary>
public sealed partial class DocumentationTests
{
    [Theory]
    [InlineData(typeof(ISipClient))]
    [InlineData(typeof(SdpSession))]
    [InlineData(typeof(SipSimulation))]
    [InlineData(typeof(SipSqliteProfileStore))]
    [InlineData(typeof(SipListenOptionsExtensions))]
    public void Documentation_OfAssembly_IsWrittenAndSaysSomething(Type typeOfAssembly)
    {
        var members = XDocument.Load(Path.ChangeExtension(typeOfAssembly.Assembly.Location, ".xml")).Descendants("member").ToList();

        members.Should().NotBeEmpty();
        members.Elements("summary").Where(static summary => Says(summary).Length == 0).Select(static summary => summary.Parent!.Attribute("name")!.Value).Should().BeEmpty();
    }

    [Fact]
    public void Build_OfThePackages_DemandsDocumentation()
    {
        var properties = XDocument.Load(Path.Combine(Repository.Root, "src", "Directory.Build.props")).Descendants("GenerateDocumentationFile").Select(static element => element.Value);
        var general = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("TreatWarningsAsErrors").Select(static element => element.Value);

        properties.Should().Equal("true");
        general.Should().Equal("true");
    }

    [Fact]
    public void Build_OfThePackages_SilencesNoWarningForAll()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.*proj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.props"))
            .Append(Path.Combine(Repository.Root, "Directory.Build.props"));

        files.Where(static file => XDocument.Load(file).Descendants().Any(static element => element.Name.LocalName is "NoWarn" or "WarningsNotAsErrors" or "DisabledWarnings")).Should().BeEmpty();
    }

    [Fact]
    public void EditorConfig_MissingDocumentation_IsSilencedInTestsOnly()
    {
        var section = "";
        var silenced = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, ".editorconfig")))
        {
            if (line.StartsWith('[')) section = line;
            if (Silenced().IsMatch(line)) silenced.Add(section);
        }

        silenced.Should().OnlyContain(static one => one == "[{tests,benchmarks,examples}/**.cs]");
    }

    /// <summary>The words of a summary; a reference counts as one.</summary>
    private static string Says(XElement summary) => string.Concat(summary.DescendantNodes().Select(static node => node is XText text ? text.Value.Trim() : ((XElement)node).FirstAttribute?.Value));

    [GeneratedRegex(@"^\s*dotnet_diagnostic\.CS15(91|73)\.severity\s*=\s*(none|silent|suggestion|warning)", RegexOptions.ExplicitCapture)]
    private static partial Regex Silenced();
}
