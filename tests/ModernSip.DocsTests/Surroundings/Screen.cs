using System.Text;

namespace ModernSip.DocsTests.Surroundings;

/// <summary>What a block writes to the console. One block runs at a time.</summary>
internal static class Screen
{
    private static readonly Lock Gate = new(); // several tasks of a block may write
    private static readonly StringBuilder Written = new();
    private static string? _awaited;
    private static Action _whenReached = static () => { };

    public static bool IsReached { get; private set; }

    public static string Text
    {
        get
        {
            lock (Gate) return Written.ToString();
        }
    }

    public static void Clear(string? awaited, Action whenReached)
    {
        lock (Gate)
        {
            Written.Clear();
            (_awaited, _whenReached, IsReached) = (awaited, whenReached, false);
        }
    }

    public static void Write(string text)
    {
        lock (Gate)
        {
            Written.Append(text);
            if (IsReached || _awaited is null || !Written.ToString().Contains(_awaited, StringComparison.Ordinal)) return;
            IsReached = true;
        }

        _whenReached();
    }
}
