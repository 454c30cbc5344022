namespace ModernSip.ApiTests.Layers;

/// <summary>The layers of the library: a folder is a namespace is a layer, and each stands on lower ones only (docs/architecture.md).</summary>
internal static class Layering
{
    public const string Root = "ModernSip";
    public const string RegistrationNamespace = "Microsoft.Extensions.DependencyInjection";

    private const string RootLayer = "(root)";

    private static readonly Dictionary<string, int> Levels = new(StringComparer.Ordinal)
    {
        ["Sdp"] = 0, // a package of its own, below all
        ["Platform"] = 0,
        ["Diagnostics"] = 0,
        ["Messages"] = 1,
        ["Errors"] = 2,
        ["EventPackages"] = 2,
        ["Resolution"] = 5,
        ["Authentication"] = 3,
        ["Refreshing"] = 3,
        ["Transport"] = 4,
        ["Transactions"] = 5,
        ["Dialogs"] = 6,
        ["Stack"] = 7,
        ["Sessions"] = 8,
        ["Registrations"] = 8,
        ["Subscriptions"] = 8,
        ["Publications"] = 8,
        ["Transfers"] = 9,
        [RootLayer] = 10,
        ["Profiles"] = 11,
        ["DependencyInjection"] = 12,
    };

    /// <summary>The layer of a namespace; null where it belongs to none: what the compiler and the generators add.</summary>
    public static Layer? OfNamespace(string? name) => name switch
    {
        Root => new Layer(RootLayer, Levels[RootLayer]),
        RegistrationNamespace => new Layer("DependencyInjection", Levels["DependencyInjection"]),
        not null when name.StartsWith(Root + '.', StringComparison.Ordinal) => OfFolder(name[(Root.Length + 1)..].Split('.')[0]),
        _ => null,
    };

    /// <summary>The layer of a top folder; level null where the folder was given none.</summary>
    public static Layer OfFolder(string? folder) => new(folder ?? RootLayer, Levels.TryGetValue(folder ?? RootLayer, out var level) ? level : null);

    /// <summary>The namespace that a file's folder asks for.</summary>
    public static string NamespaceOf(IReadOnlyList<string> folders) =>
        folders is ["DependencyInjection", ..] ? RegistrationNamespace : string.Join('.', folders.Prepend(Root));
}

/// <summary>A layer and how high it stands.</summary>
internal readonly record struct Layer(string Name, int? Level)
{
    /// <summary>Whether code here may name what is there: itself, or what stands lower.</summary>
    public bool MayUse(Layer other) => Name == other.Name || (Level is { } own && other.Level is { } its && its < own);

    public override string ToString() => Level is { } level ? $"{Name} (level {level})" : $"{Name} (no level)";
}
