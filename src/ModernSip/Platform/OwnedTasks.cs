using System.Collections.Concurrent;

namespace ModernSip.Platform;

/// <summary>The tasks that an object started and nobody else awaits. Its owner awaits them when it closes.</summary>
internal sealed class OwnedTasks
{
    private readonly ConcurrentDictionary<long, Task> _tasks = new();
    private long _lastId;

    public int Count => _tasks.Count;

    /// <summary>Takes over a task, until it ends. The task handles its own errors.</summary>
    public void Own(Task task)
    {
        if (task.IsCompletedSuccessfully) return;
        var id = Interlocked.Increment(ref _lastId);
        _tasks.TryAdd(id, task);
        var removal = RemoveAsync(id, task);
        if (!removal.IsCompleted) _tasks.TryUpdate(id, removal, task);
    }

    /// <summary>Waits for all of them, and for those that they start meanwhile.</summary>
    public async Task WhenAllEndedAsync()
    {
        while (!_tasks.IsEmpty) await Task.WhenAll(_tasks.Values).ConfigureAwait(false);
    }

    private async Task RemoveAsync(long id, Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        finally
        {
            _tasks.TryRemove(id, out _);
        }
    }
}
