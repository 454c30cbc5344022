using Xunit.Abstractions;

namespace ModernSip.InteropTests.Peers;

/// <summary>What one test has put on the bench: its folder, its deadline, its peers; all of it is cleared away at the end, whatever happened.</summary>
/// <param name="output">Where to say what the peers said.</param>
/// <param name="limit">How long the test may take.</param>
internal sealed class PeerBench(ITestOutputHelper output, TimeSpan limit) : IAsyncDisposable
{
    private readonly CancellationTokenSource _deadline = new(limit);
    private readonly Stack<IAsyncDisposable> _owned = [];

    /// <summary>Ends every wait of the test, so that a test that hangs fails with the story of its peers.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>How many seconds a peer may run, as its options take it: a little less than the test may.</summary>
    public string PeerLimit { get; } = ((int)limit.TotalSeconds - 5).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A folder of this test alone.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("modernsip-interop-").FullName;

    /// <summary>Starts a process that ends with the test.</summary>
    public PeerProcess Start(string name, string program, params IEnumerable<string> arguments) =>
        Own(PeerProcess.Start(name, Folder, program, arguments));

    /// <summary>Disposes it with the test, before what was owned earlier.</summary>
    public T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    /// <summary>A file of this test; every call gives a new name.</summary>
    public string NewFile(string name) =>
        Path.Combine(Folder, $"{Directory.GetFileSystemEntries(Folder).Length:00}-{_owned.Count:00}-{name}");

    /// <summary>Ends the peers, last started first, and leaves in the test's output what they said.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Exception> failures = [];
        while (_owned.TryPop(out var owned))
        {
            try
            {
                await owned.DisposeAsync();
            }
            catch (Exception failure) when (failure is TimeoutException or InvalidOperationException)
            {
                // The other peers must end all the same.
                failures.Add(failure);
            }

            if (owned is not PeerProcess process) continue;
            Tell($"{process.Name}, standard output", process.StandardOutput.ToString());
            Tell($"{process.Name}, standard error", process.StandardError.ToString());
        }

        foreach (var log in Directory.GetFiles(Folder, "*.log")) Tell(Path.GetFileName(log), await File.ReadAllTextAsync(log));
        Directory.Delete(Folder, recursive: true);
        _deadline.Dispose();
        if (failures.Count > 0) throw new AggregateException("Peers were left running.", failures);
    }

    private void Tell(string title, string text)
    {
        if (text.Length > 0) output.WriteLine($"--- {title} ---\n{text}");
    }
}
