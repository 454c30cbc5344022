using ModernSip.Errors;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Keeps what the applications of a run began, how it ended, and what must not have happened.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly List<Task> _tasks = [];

    public List<string> Violations { get; } = [];

    /// <summary>How many operations ended in each way.</summary>
    public SortedDictionary<string, int> Endings { get; } = new(StringComparer.Ordinal);

    /// <summary>How sessions ended, by Call-ID, at the caller and at the callee.</summary>
    public Dictionary<string, SipDialogOutcome> Callers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SipDialogOutcome> Callees { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> StillOpen => [.. _open.Where(static entry => entry.Value > 0).Select(static entry => $"{entry.Key} x {entry.Value}")];

    /// <summary>Everything that was begun, and what it began in its turn.</summary>
    public async Task WhenAllEndedAsync()
    {
        for (var done = 0; done < _tasks.Count; done = _tasks.Count) await Task.WhenAll(_tasks.ToArray());
    }

    /// <summary>Runs an operation of the application; it ends in exactly one way, and in one of those that the library promises.</summary>
    /// <param name="what">What it is.</param>
    /// <param name="run">Runs it and says how it ended.</param>
    /// <param name="mayCancel">Whether the application gave it up.</param>
    public void Begin(string what, Func<Task<string>> run, Func<bool>? mayCancel = null) => _tasks.Add(TrackAsync(what, run, mayCancel));

    private async Task TrackAsync(string what, Func<Task<string>> run, Func<bool>? mayCancel)
    {
        _open[what] = _open.GetValueOrDefault(what) + 1;
        string ending;
        try
        {
            ending = await run();
        }
        catch (SipConnectionClosedException)
        {
            ending = "connection lost";
        }
        catch (SipException exception)
        {
            ending = exception.GetType().Name;
        }
        catch (OperationCanceledException) when (mayCancel?.Invoke() == true)
        {
            ending = "cancelled";
        }
        catch (ApplicationFault)
        {
            ending = "application threw";
        }
        catch (Exception exception)
        {
            ending = exception.GetType().Name;
            Violations.Add($"{what} ended with {exception}");
        }

        _open[what]--;
        var key = $"{what}: {ending}";
        Endings[key] = Endings.GetValueOrDefault(key) + 1;
    }
}

/// <summary>What a handler throws that is at fault itself.</summary>
internal sealed class ApplicationFault() : Exception("The application's handler threw.");
