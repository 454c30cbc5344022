namespace ModernSip.InteropTests.Peers;

/// <summary>What a peer has said so far, in order; waits for what it has yet to say.</summary>
/// <remarks>One peer writes, the test reads; nothing is forgotten, so a wait for something that was already said returns at once.</remarks>
internal sealed class Journal<T>(string owner)
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly List<T> _entries = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _ended;

    /// <summary>What was said until now.</summary>
    public IReadOnlyList<T> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    /// <summary>Adds what the peer has just said.</summary>
    public void Add(T entry) => Change(() => _entries.Add(entry));

    /// <summary>Nothing more will be said; waits for more fail at once.</summary>
    public void End() => Change(() => _ended = true);

    /// <summary>Waits until <paramref name="count"/> entries match; returns the last of these.</summary>
    /// <exception cref="TimeoutException">It did not come before <paramref name="deadline"/>; the message tells what came instead.</exception>
    /// <exception cref="InvalidOperationException">The peer ended without saying it.</exception>
    public async Task<T> WaitForAsync(string what, Func<T, bool> matches, CancellationToken deadline, int count = 1)
    {
        while (true)
        {
            bool ended;
            Task changed;
            lock (_gate)
            {
                var found = _entries.Where(matches).Take(count).ToArray();
                if (found.Length == count) return found[^1];
                (ended, changed) = (_ended, _changed.Task);
            }

            if (ended) throw new InvalidOperationException($"{owner} ended without {what}. It said:\n{this}");
            try
            {
                await changed.WaitAsync(deadline);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"{owner}: no {what} in time. It said:\n{this}", late);
            }
        }
    }

    /// <summary>All that is said, in order, until the end.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync()
    {
        for (var read = 0; ; read++)
        {
            while (true)
            {
                bool ended;
                Task changed;
                lock (_gate)
                {
                    if (read < _entries.Count) break;
                    (ended, changed) = (_ended, _changed.Task);
                }

                if (ended) yield break;
                await changed;
            }

            yield return EntryAt(read);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', Entries);

    private T EntryAt(int index)
    {
        lock (_gate) return _entries[index];
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            change();
            (signal, _changed) = (_changed, NewSignal());
        }

        signal.SetResult();
    }
}
