using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModernSip.DocsTests.Generator;

/// <summary>Makes a class of every C# block of the pages, so that they are compiled with the tests; an error is told at its line of the page.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class BlockGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var pages = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
            .Select(static (file, token) => (file.Path, Text: file.GetText(token)?.ToString() ?? ""))
            .Collect();
        context.RegisterSourceOutput(pages, Write);
    }

    private static void Write(SourceProductionContext context, ImmutableArray<(string Path, string Text)> pages)
    {
        foreach (var (path, text) in pages)
        {
            foreach (var block in CodeBlock.ReadAll(NameOf(path), text).Where(static block => block.Language == "csharp"))
            {
                var source = new BlockClass(block, path).ToString();
                context.AddSource($"{BlockClass.NameOf(block)}.g.cs", SourceText.From(source, Encoding.UTF8));
            }
        }
    }

    /// <summary>docs/errors.md, src/ModernSip/README.md, or README.md.</summary>
    private static string NameOf(string path)
    {
        var parts = path.Replace('\\', '/').Split('/');
        var root = Array.FindLastIndex(parts, static part => part is "docs" or "src");
        return string.Join('/', parts[(root < parts.Length - 3 ? ^1 : root)..]);
    }
}
