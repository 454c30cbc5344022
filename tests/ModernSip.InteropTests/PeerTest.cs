using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>A test with real peers: they end with it, also when it fails, and it ends within a minute.</summary>
public abstract class PeerTest : IAsyncLifetime
{
    private protected PeerTest(ITestOutputHelper output) => Bench = new(output);

    private protected PeerBench Bench { get; }

    private protected CancellationToken Deadline => Bench.Deadline;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Bench.DisposeAsync();
}
