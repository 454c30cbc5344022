using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Stack;

namespace ModernSip.Registrations;

/// <summary>One way to the registrar, and who keeps it registered.</summary>
/// <param name="Context">On whose behalf is sent by this way.</param>
/// <param name="Settings">What is registered.</param>
/// <param name="Agent">Who does it.</param>
internal sealed record RegistrationFlow(SendingContext Context, RegistrationSettings Settings, RegistrationAgent Agent);

/// <summary>The flows of one registration: one, or with outbound one to each proxy, so that the others serve while one of them is formed anew (RFC 5626 §4.2, §4.5).</summary>
internal sealed class RegistrationFlows : IAsyncDisposable
{
    private readonly Func<int, RegistrationFlows, RegistrationFlow> _make;
    private readonly RegistrationFlow[] _flows;
    private int _lasting;

    /// <param name="count">How many flows there are.</param>
    /// <param name="make">Makes one of them.</param>
    /// <param name="continuations">Where the reader of the news goes on.</param>
    public RegistrationFlows(int count, Func<int, RegistrationFlows, RegistrationFlow> make, SipContinuations continuations)
    {
        _make = make;
        _lasting = count;
        Registered = new Completion<bool>(continuations);
        Events = new Mailbox<SipRegistrationEvent>(continuations, 256);
        _flows = new RegistrationFlow[count];
        for (var i = 0; i < count; i++) _flows[i] = make(i, this);
    }

    /// <summary>The news of all flows, for one reader.</summary>
    public Mailbox<SipRegistrationEvent> Events { get; }

    /// <summary>Set when the registrar has accepted for the first time; fails when it never will.</summary>
    public Completion<bool> Registered { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<RegistrationFlow> All => _flows;

    /// <summary>Whether any binding holds.</summary>
    public bool IsActive => _flows.Any(static flow => flow.Agent.IsActive);

    /// <summary>The flow that requests take: the first that serves.</summary>
    public RegistrationFlow Best => _flows.FirstOrDefault(static flow => flow.Agent.IsServing) ?? _flows.FirstOrDefault(static flow => flow.Agent.IsActive) ?? _flows[0];

    /// <summary>Whether another flow than this one serves.</summary>
    public bool OthersServe(RegistrationAgent? agent) => _flows.Any(flow => flow is not null && flow.Agent != agent && flow.Agent.IsServing);

    /// <summary>A flow has ended for good. The news end with the last one.</summary>
    public void Ended(Exception? error)
    {
        if (Interlocked.Decrement(ref _lasting) > 0) return;
        Events.Complete(error);
        if (!Registered.IsSet) Registered.Fail(new SipConnectionClosedException("The registration has ended."));
    }

    /// <summary>Registers by the first way that leads to the registrar; the others follow.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await _flows[i].Agent.StartAsync(cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (SipException exception) when (i + 1 < _flows.Length && RefreshRetry.MayPass(exception.Response, exception))
            {
                // It was never registered: it is tried in the background, beside one that is.
                Interlocked.Increment(ref _lasting);
                await _flows[i].Agent.DisposeAsync().ConfigureAwait(false);
                Volatile.Write(ref _flows[i], _make(i, this));
            }
        }

        foreach (var flow in _flows.Where(static flow => !flow.Agent.IsActive)) flow.Agent.Begin();
    }

    /// <summary>Starts without waiting for the registrar.</summary>
    public void Begin()
    {
        foreach (var flow in _flows) flow.Agent.Begin();
    }

    /// <exception cref="SipConnectionClosedException">Every flow has ended, or the connection.</exception>
    public void ThrowIfEnded()
    {
        if (_flows.All(static flow => flow.Agent.IsEnded)) _flows[0].Agent.ThrowIfEnded();
    }

    /// <summary>Does something on every flow that lasts; the first error is told when all have done it.</summary>
    /// <exception cref="SipConnectionClosedException">Every flow has ended, or the connection; thrown at the call.</exception>
    public Task ForEachAsync(Func<RegistrationAgent, Task> act)
    {
        ThrowIfEnded();
        return Task.WhenAll(_flows.Where(static flow => !flow.Agent.IsEnded).Select(flow => act(flow.Agent)));
    }

    public Task UnregisterAsync(CancellationToken cancellationToken) => Task.WhenAll(_flows.Select(flow => flow.Agent.UnregisterAsync(cancellationToken)));

    public async ValueTask DisposeAsync() => await Task.WhenAll(_flows.Select(static flow => flow.Agent.DisposeAsync().AsTask())).ConfigureAwait(false);
}
