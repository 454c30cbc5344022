using System.Globalization;
using System.Text.Json;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Roles;

/// <summary>What a process of this program is when another one started it: it answers the lines that it is asked, until there are no more.</summary>
internal abstract class Role : IAsyncDisposable
{
    /// <summary>Waits on the thread of the program: a read of the console blocks, and a pool of one thread would then be one of none.</summary>
#pragma warning disable VSTHRD002 // This is the thread of the program, and nothing else runs on it.
    public static int Run(string[] arguments)
    {
        var role = CreateAsync(arguments).GetAwaiter().GetResult();
        while (Console.In.ReadLine() is { } question) Console.WriteLine(role.AnswerAsync(question.Split(' ')).GetAwaiter().GetResult());
        role.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }
#pragma warning restore VSTHRD002

    public abstract ValueTask DisposeAsync();

    protected abstract Task<string> AnswerAsync(string[] question);

    protected static string Write<T>(T answer) => JsonSerializer.Serialize(answer);

    protected static string ReadHeap(string[] question) => Write(question is ["collect"] ? HeapReading.AfterCollecting() : HeapReading.Now());

    protected static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<Role> CreateAsync(string[] arguments) => arguments switch
    {
        ["serve", var t1, var transactions] => await ServerRole.StartAsync(Number(t1), Number(transactions)),
        ["wire", var kind] => new WireRole(kind),
        ["call", var kind] => await CallerRole.StartAsync(kind),
        ["register", var port] => await RegisteringRole.StartAsync(Number(port)),
        _ => throw new ArgumentException("No such role.", nameof(arguments)),
    };
}
