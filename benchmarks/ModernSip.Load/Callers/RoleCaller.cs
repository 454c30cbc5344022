using ModernSip.Load.Measuring;

namespace ModernSip.Load.Callers;

/// <summary>A caller that is this program: on a bare socket ("wire"), or with ModernSip ("call").</summary>
internal sealed class RoleCaller(string role, string name, LoadScenario scenario, int processor) : ICaller
{
    private readonly RoleProcess _role = new(processor, role, scenario.Kind);

    public string Name => name;

    public int? Process => _role.Id;

    public Task<CallerOutcome> RunAsync(int port, int rate, int seconds) => _role.AskAsync<CallerOutcome>($"run {port} {rate} {seconds}");

    public async Task<HeapReading?> ReadHeapAsync() => role == "call" ? await _role.AskAsync<HeapReading>("read") : null;

    public ValueTask DisposeAsync() => _role.DisposeAsync();
}
