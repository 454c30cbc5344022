using System.Reflection;

namespace ModernSip.ApiTests.Layers;

/// <summary>Says what breaks the layering in a compiled assembly: names that need no using line are seen here.</summary>
internal static class AssemblyRules
{
    public static IReadOnlyList<string> Violations(Assembly assembly, Func<string?, Layer?> layerOf) =>
    [
        .. assembly.GetTypes()
            .SelectMany(type => Violations(type, layerOf))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Violations(Type type, Func<string?, Layer?> layerOf)
    {
        if (layerOf(type.Namespace) is not { } own) yield break;
        foreach (var (used, where) in TypeReferences.Of(type))
        {
            if (layerOf(used.Namespace) is { } its && !own.MayUse(its)) yield return $"{Outermost(type).FullName} ({own}) uses {used.FullName} ({its}), in {where}";
        }
    }

    /// <summary>A lambda or an async method is a nested type to the compiler; the reader looks for the type around it.</summary>
    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
