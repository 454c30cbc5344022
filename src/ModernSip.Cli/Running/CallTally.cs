namespace ModernSip.Cli.Running;

/// <summary>Counts calls, how they ended and how long they took to be answered. Safe from any thread.</summary>
internal sealed class CallTally
{
    private readonly Lock _gate = new(); // calls end on many threads
    private readonly List<double> _setups = [];
    private readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private int _succeeded;
    private int _failed;

    public int Succeeded => Volatile.Read(ref _succeeded);

    public int Failed => Volatile.Read(ref _failed);

    public int Ended => Succeeded + Failed;

    /// <summary>How many calls were begun in a second; null where they were not placed in a series.</summary>
    public double? Rate { get; set; }

    public void Add(CallResult call)
    {
        lock (_gate)
        {
            if (call.IsOk) _succeeded++;
            else _failed++;
            if (call.Setup is { } setup) _setups.Add(setup.TotalMilliseconds);
            if (call.Failure is { } failure) _failures[failure] = _failures.GetValueOrDefault(failure) + 1;
        }
    }

    /// <summary>The failures by reason; null where there are none.</summary>
    public IReadOnlyDictionary<string, int>? ReadFailures()
    {
        lock (_gate) return _failures.Count == 0 ? null : new Dictionary<string, int>(_failures, StringComparer.Ordinal);
    }

    /// <summary>The times to the answer; null where nobody answered.</summary>
    public CallPercentiles? ReadSetups()
    {
        lock (_gate) return CallPercentiles.Of(_setups);
    }
}
