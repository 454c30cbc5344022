using ModernSip.DocsTests.Surroundings;

namespace ModernSip.DocsTests;

/// <summary>Each C# block of README.md and docs/ is compiled into this assembly; here each is run.</summary>
[Collection("example.com")] // one block at a time: they share a screen and a domain
public sealed class CodeBlockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    public static TheoryData<string> Blocks => [.. BlockTypes.Select(static type => type.Name).Order(StringComparer.Ordinal)];

    private static IEnumerable<Type> BlockTypes => typeof(CodeBlockTests).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Setting)) && !type.IsAbstract);

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Block_Run_DoesWhatThePageSays(string name)
    {
        await using var block = (Setting)Activator.CreateInstance(BlockTypes.Single(type => type.Name == name))!;

        await block.RunAsync().WaitAsync(Limit);
    }
}
