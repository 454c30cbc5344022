namespace ModernSip.Transport.KeepAlive;

/// <summary>What a flow that is kept alive does.</summary>
internal enum KeepAliveState
{
    /// <summary>Until the next ping is due.</summary>
    Resting,

    /// <summary>A ping is out.</summary>
    Waiting,

    /// <summary>The flow has failed.</summary>
    Failed,
}

/// <summary>What happens to it.</summary>
internal enum KeepAliveInput
{
    /// <summary>The time that was set has passed.</summary>
    Due,

    /// <summary>The peer answered.</summary>
    Answered,

    /// <summary>The peer answered, and saw another address than before: the address translator has forgotten the flow.</summary>
    Moved,
}

/// <summary>What is done next.</summary>
/// <param name="State">The new state.</param>
/// <param name="Sent">How many pings have gone out without an answer.</param>
/// <param name="Sends">Whether a ping goes out.</param>
internal readonly record struct KeepAliveStep(KeepAliveState State, int Sent = 0, bool Sends = false);

/// <summary>Decides when a flow is pinged again and when it has failed (RFC 5626 §4.4). Pure.</summary>
internal static class KeepAliveMachine
{
    /// <param name="state">The state.</param>
    /// <param name="sent">How many pings have gone out without an answer.</param>
    /// <param name="most">How many may: one on a connection, which loses none; as many as a STUN request is sent on UDP (RFC 8489 §6.2.1).</param>
    /// <param name="input">What happened.</param>
    public static KeepAliveStep Next(KeepAliveState state, int sent, int most, KeepAliveInput input) => (state, input) switch
    {
        (KeepAliveState.Resting, KeepAliveInput.Due) => new(KeepAliveState.Waiting, 1, Sends: true),
        (KeepAliveState.Waiting, KeepAliveInput.Due) when sent < most => new(KeepAliveState.Waiting, sent + 1, Sends: true),
        (KeepAliveState.Waiting, KeepAliveInput.Due) => new(KeepAliveState.Failed),
        (KeepAliveState.Waiting, KeepAliveInput.Answered) => new(KeepAliveState.Resting),
        (KeepAliveState.Resting or KeepAliveState.Waiting, KeepAliveInput.Moved) => new(KeepAliveState.Failed),
        _ => new(state, sent),
    };
}
