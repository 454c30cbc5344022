using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModernSip.DocsTests.Generator;

/// <summary>
/// The class of one block: its statements are a method, its types are nested. A block without using lines gets those that docs/getting-started.md
/// names; one with using lines only has these, as a program of its own.
/// </summary>
internal sealed class BlockClass(CodeBlock block, string path)
{
    private static readonly string[] Usual =
    [
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
        "ModernSip", "ModernSip.Authentication", "ModernSip.Errors", "ModernSip.Messages",
    ];

    public static string NameOf(CodeBlock block) => $"{Path.ChangeExtension(block.Page, null).Replace('-', '_').Replace('/', '_').Replace('.', '_')}_{block.Line}";

    public override string ToString()
    {
        var code = CSharpSyntaxTree.ParseText(block.Text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview));
        var unit = code.GetCompilationUnitRoot();
        var text = new StringBuilder();
        if (unit.Usings.Count > 0) Append(text, unit.Usings);
        else foreach (var name in Usual) text.AppendLine($"using {name};");
        foreach (var (value, line) in Values("using")) text.AppendLine(Line(line)).AppendLine($"using {value};");

        text.AppendLine("#line default").AppendLine("#nullable enable").AppendLine("namespace DocBlocks;");
        text.AppendLine($"internal sealed class {NameOf(block)}() : ModernSip.DocsTests.Surroundings.Setting(\"{block.Page}\", {block.Line})").AppendLine("{");
        if (Values("with").Any(static with => with.Value == "registration")) text.AppendLine("    protected override bool IsRegistered => true;");
        if (Values("until").FirstOrDefault() is { Value: { } until }) text.AppendLine($"    protected override string? Until => {SymbolDisplay.FormatLiteral(until, quote: true)};");
        Append(text, "BeforeAsync", Values("before"));
        Append(text, "MeanwhileAsync", Values("meanwhile"));
        Append(text, "AfterAsync", Values("after"));

        text.AppendLine("    protected override async System.Threading.Tasks.Task RunBlockAsync()").AppendLine("    {").AppendLine("        await System.Threading.Tasks.Task.CompletedTask;");
        Append(text, unit.Members.OfType<GlobalStatementSyntax>());
        text.AppendLine("    }");
        Append(text, unit.Members.Where(static member => member is not GlobalStatementSyntax));
        text.AppendLine("#line default").AppendLine("}");
        return text.ToString();
    }

    private IEnumerable<(string Value, int Line)> Values(string key) => block.Surroundings.Where(line => line.Key == key).Select(static line => (line.Value, line.Line));

    private void Append(StringBuilder text, string method, IEnumerable<(string Value, int Line)> lines)
    {
        if (!lines.Any()) return;
        text.AppendLine("#line default").AppendLine($"    protected override async System.Threading.Tasks.Task {method}()").AppendLine("    {").AppendLine("        await System.Threading.Tasks.Task.CompletedTask;");
        foreach (var (value, line) in lines) text.AppendLine(Line(line)).AppendLine(value);
        text.AppendLine("#line default").AppendLine("    }");
    }

    private void Append(StringBuilder text, IEnumerable<SyntaxNode> nodes)
    {
        foreach (var node in nodes)
        {
            var start = node.SyntaxTree.GetLineSpan(node.FullSpan).StartLinePosition.Line;
            text.AppendLine(Line(block.Line + start)).Append(node.ToFullString());
            if (text[^1] != '\n') text.AppendLine();
        }
    }

    private string Line(int number) => $"#line {number} \"{path}\"";
}
