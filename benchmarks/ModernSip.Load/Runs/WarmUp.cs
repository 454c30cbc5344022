using System.Diagnostics;
using System.Globalization;
using ModernSip.Load.Callers;
using ModernSip.Load.Measuring;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>Load until the runtime has compiled for good what the load needs, so that the figures are those of the program and not of its compiler.</summary>
/// <remarks>
/// The runtime compiles a method anew once it was called often, in the background and the later the more else there is to do: a fixed time is too short on a
/// slow machine. So short runs follow one another until two of them in a row have compiled next to nothing.
/// </remarks>
internal static class WarmUp
{
    private const int Seconds = 2;
    private const int Most = 25;
    private const int Few = 8; // methods: some run so seldom that they are compiled whenever they have run thirty times

    public static Task OfServerAsync(IServer server, ICaller caller, int rate) =>
        RunAsync(server.Name, () => caller.RunAsync(server.Port, rate, Seconds), server.ReadHeapAsync);

    public static Task OfCallerAsync(RoleCaller caller, IServer server, int rate) =>
        RunAsync(caller.Name, () => caller.RunAsync(server.Port, rate, Seconds), caller.ReadHeapAsync);

    private static async Task RunAsync(string name, Func<Task> load, Func<Task<HeapReading?>> read)
    {
        var began = Stopwatch.GetTimestamp();
        var (rounds, quiet, compiled) = (0, 0, default(int?));
        while (rounds < Most && quiet < 2)
        {
            await load();
            rounds++;
            await Task.Delay(500); // what waits to be compiled is, while nothing else is to do
            if (await read() is not { } now) break; // it is compiled already
            quiet = now.Compiled - compiled <= Few ? quiet + 1 : 0;
            compiled = now.Compiled;
        }

        var end = compiled is null ? "" : quiet < 2 ? ", and the runtime was compiling still" : ", then the runtime had nothing left to compile";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: warmed up by {rounds} × {Seconds} s in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s{end}."));
    }
}
