namespace ModernSip.ScenarioTests.Simulation;

/// <summary>A simulation pumps on the thread that runs it, so each gets one of its own: the pool's are not taken.</summary>
internal static class SimulationThreads
{
    /// <summary>Runs the seeds from 1 on, as many at once as there are processors.</summary>
    public static void Run(int seeds, Action<ulong> run)
    {
        var next = 0;
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            try
            {
                for (var seed = Interlocked.Increment(ref next); seed <= seeds; seed = Interlocked.Increment(ref next)) run((ulong)seed);
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception); // thrown below, where the test sees it
            }
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        if (!failures.IsEmpty) throw new AggregateException(failures);
    }
}
