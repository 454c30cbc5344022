namespace ModernSip.Stack;

/// <summary>Whether the application reads its incoming requests. It begins when the reading is asked for, and ends when that reading is cancelled.</summary>
/// <remarks>A loop that is left otherwise may be entered again: what arrives meanwhile waits for it.</remarks>
internal sealed class Listening
{
    private object? _current;

    /// <summary>Whether the application has ever read.</summary>
    public bool HasBegun { get; private set; }

    public bool IsOn => Volatile.Read(ref _current) is not null;

    /// <summary>A reading begins.</summary>
    /// <returns>What names it to <see cref="End"/>.</returns>
    public object Begin()
    {
        var reading = new object();
        HasBegun = true;
        Volatile.Write(ref _current, reading);
        return reading;
    }

    /// <summary>A reading was cancelled. One that began later goes on.</summary>
    public void End(object reading) => Interlocked.CompareExchange(ref _current, null, reading);
}
