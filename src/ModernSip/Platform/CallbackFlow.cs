namespace ModernSip.Platform;

/// <summary>Tells which object's callback the code that runs was called by: to wait there until that callback has ended would be to wait for itself.</summary>
internal static class CallbackFlow
{
    private static readonly AsyncLocal<object?> Caller = new();

    public static bool IsOf(object caller) => ReferenceEquals(Caller.Value, caller);

    /// <summary>Calls the application, on behalf of an object.</summary>
    public static async ValueTask<TResult> CallAsync<TArgument, TResult>(object caller, Func<TArgument, CancellationToken, ValueTask<TResult>> callback, TArgument argument, CancellationToken cancellationToken)
    {
        Caller.Value = caller;
        return await callback(argument, cancellationToken).ConfigureAwait(false);
    }
}
