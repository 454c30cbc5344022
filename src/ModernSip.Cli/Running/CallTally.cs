namespace ModernSip.Cli.Running;

/// <summary>Counts calls and how they ended. Safe from any thread.</summary>
internal sealed class CallTally
{
    private int _succeeded;
    private int _failed;

    public int Succeeded => Volatile.Read(ref _succeeded);

    public int Failed => Volatile.Read(ref _failed);

    public int Ended => Succeeded + Failed;

    public void Add(bool isOk)
    {
        if (isOk) Interlocked.Increment(ref _succeeded);
        else Interlocked.Increment(ref _failed);
    }
}
