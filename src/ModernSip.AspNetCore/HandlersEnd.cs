namespace ModernSip.AspNetCore;

/// <summary>Tells when the handlers are done: the application stops, and all have answered and hung up.</summary>
internal sealed class HandlersEnd
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public void Complete() => _completion.TrySetResult();
}
