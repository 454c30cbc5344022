using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>A test with real peers: they end with it, also when it fails, and it ends in time.</summary>
public abstract class PeerTest : IAsyncLifetime
{
    private protected PeerTest(ITestOutputHelper output, int seconds = 50) => Bench = new(output, TimeSpan.FromSeconds(seconds));

    private protected PeerBench Bench { get; }

    private protected CancellationToken Deadline => Bench.Deadline;

    /// <summary>SIPp has played its scenario once, to the end.</summary>
    private protected static async Task PlayedAsync(Task<SippResult> result) => (await result).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Bench.DisposeAsync();
}
