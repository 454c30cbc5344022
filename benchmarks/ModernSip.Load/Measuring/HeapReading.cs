namespace ModernSip.Load.Measuring;

/// <summary>What a process of this program tells of its heap, and of its compiler.</summary>
internal sealed record HeapReading
{
    public long Allocated { get; init; }

    public long Live { get; init; }

    public int Gen0 { get; init; }

    public int Gen1 { get; init; }

    public int Gen2 { get; init; }

    /// <summary>How many methods were compiled, each as often as it was.</summary>
    public int Compiled { get; init; }

    public static HeapReading Now() => new()
    {
        Allocated = GC.GetTotalAllocatedBytes(precise: true),
        Live = GC.GetTotalMemory(forceFullCollection: false),
        Gen0 = GC.CollectionCount(0),
        Gen1 = GC.CollectionCount(1),
        Gen2 = GC.CollectionCount(2),
        Compiled = (int)System.Runtime.JitInfo.GetCompiledMethodCount(),
    };

    public static HeapReading AfterCollecting()
    {
        for (var pass = 0; pass < 3; pass++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return Now();
    }
}
