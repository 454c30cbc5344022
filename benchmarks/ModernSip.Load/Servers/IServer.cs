using ModernSip.Load.Measuring;

namespace ModernSip.Load.Servers;

/// <summary>A server under load, in processes of its own on processor 0.</summary>
internal interface IServer : IAsyncDisposable
{
    string Name { get; }

    int Port { get; }

    IReadOnlyList<int> Processes { get; }

    /// <summary>The heap, where the server is this program's own.</summary>
    Task<HeapReading?> ReadHeapAsync();
}
