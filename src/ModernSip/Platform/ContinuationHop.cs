using System.Runtime.CompilerServices;

namespace ModernSip.Platform;

/// <summary>Awaited, it goes on where the application's continuations run: the way off a shard before the application's own code is called.</summary>
internal readonly struct ContinuationHop(SipContinuations continuations) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public ContinuationHop GetAwaiter() => this;

    public void GetResult()
    {
        // There is nothing to get: the hop is all.
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => continuations.Post(static state => ((Action)state!)(), continuation);
}
