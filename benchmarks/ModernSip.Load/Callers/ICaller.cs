using ModernSip.Load.Measuring;

namespace ModernSip.Load.Callers;

/// <summary>What makes calls, in processes of its own on processor 1.</summary>
internal interface ICaller : IAsyncDisposable
{
    string Name { get; }

    /// <summary>The process to be measured, where it lives beyond a run.</summary>
    int? Process { get; }

    Task<CallerOutcome> RunAsync(int port, int rate, int seconds);

    Task<HeapReading?> ReadHeapAsync();
}
