using System.Text.Json;

namespace ModernSip.Load.Measuring;

/// <summary>Another process of this program: it is asked by a line and answers by one.</summary>
internal sealed class RoleProcess(int processor, params string[] role) : IAsyncDisposable
{
    private readonly ChildProcess _process = ChildProcess.StartRole(processor, role);

    public int Id => _process.Id;

    public async Task<T> AskAsync<T>(string question)
    {
        await _process.Input.WriteLineAsync(question);
        await _process.Input.FlushAsync();
        var answer = await _process.Output.ReadLineAsync() ?? throw new InvalidOperationException($"The process in role {string.Join(' ', role)} has ended at '{question}'.");
        return JsonSerializer.Deserialize<T>(answer)!;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
