using System.Globalization;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Servers;

internal sealed class ModernSipServer : IServer
{
    private readonly RoleProcess _role;

    private ModernSipServer(RoleProcess role, int port) => (_role, Port) = (role, port);

    public string Name => "ModernSip";

    public int Port { get; }

    public int Process => _role.Id;

    public IReadOnlyList<int> Processes => [_role.Id];

    /// <summary>Starts it.</summary>
    /// <param name="processor">Where it runs.</param>
    /// <param name="t1">Timer T1 in milliseconds.</param>
    /// <param name="transactions">The bound on server transactions; 0 for the default. Each call leaves two behind for 64*T1.</param>
    public static async Task<ModernSipServer> StartAsync(int processor = 0, int t1 = 500, int transactions = 2_000_000)
    {
        var role = new RoleProcess(processor, "serve", t1.ToString(CultureInfo.InvariantCulture), transactions.ToString(CultureInfo.InvariantCulture));
        return new ModernSipServer(role, await role.AskAsync<int>("port"));
    }

    public async Task<HeapReading?> ReadHeapAsync() => await _role.AskAsync<HeapReading>("read");

    /// <summary>The heap after a full collection.</summary>
    public Task<HeapReading> CollectAsync() => _role.AskAsync<HeapReading>("collect");

    public ValueTask DisposeAsync() => _role.DisposeAsync();
}
