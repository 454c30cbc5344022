namespace ModernSip.ApiTests.Surface;

/// <summary>What the listing is tried on.</summary>
public abstract class Specimen : IDisposable
{
    public const int Most = 3;

    protected Specimen(string name) => Numbers = new Dictionary<string, int?> { [name] = null };

    public required string? Label { get; init; }

    public IReadOnlyDictionary<string, int?> Numbers { get; }

    internal int Hidden { get; } = Most;

    public static bool TryFind(ReadOnlySpan<char> text, out Specimen? found)
    {
        found = null;
        return text.IsEmpty;
    }

    public abstract void Dispose();

    protected virtual Task<string?> WaitAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default) => Task.FromResult<string?>(null);
}

/// <summary>A value that the listing is tried on.</summary>
public sealed record SpecimenValue(string Name, string? Other = null);
