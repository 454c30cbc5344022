using System.Net;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Transport.Streams;

namespace ModernSip.Transport.KeepAlive;

/// <summary>Keeps a flow open that this side opened, and finds out when it has failed (RFC 5626 §4.4). A failed flow is closed; whoever depends on it is told so.</summary>
/// <remarks>The timer and the flow's own thread come in here; the machine decides under a gate that holds neither for longer than a step.</remarks>
internal sealed class FlowKeepAlive : IDisposable
{
    private readonly SipFlow _flow;
    private readonly SipRandom _random;
    private readonly KeepAliveTimes _times;
    private readonly Deadline _due;
    private readonly Lock _gate = new();
    private readonly byte[] _id = new byte[StunBinding.IdLength];
    private KeepAliveState _state = KeepAliveState.Resting;
    private IPEndPoint? _seenAs;
    private int _sent;
    private bool _disposed;

    private FlowKeepAlive(SipFlow flow, KeepAliveTimes times, TimeProvider time, SipRandom random)
    {
        _flow = flow;
        _times = times;
        _random = random;
        _due = new Deadline(time, () => Step(KeepAliveInput.Due));
    }

    public KeepAliveState State
    {
        get
        {
            lock (_gate) return _state; // as a step left it
        }
    }

    /// <summary>Begins to keep a flow alive, until the result is disposed or the flow has failed.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="flowTimer">The longest interval that the server named (Flow-Timer); null for the usual.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads the pings.</param>
    /// <returns>Null where the flow has no pings, or sees to it by itself as a WebSocket does.</returns>
    public static FlowKeepAlive? Start(SipFlow flow, TimeSpan? flowTimer, TimeProvider time, SipRandom random)
    {
        if (!flow.CanPing) return null;
        var keepAlive = new FlowKeepAlive(flow, KeepAliveTimes.Of(flow, flowTimer), time, random);
        flow.KeepAlive = keepAlive;
        keepAlive._due.Set(keepAlive._times.Rest(random));
        return keepAlive;
    }

    /// <summary>Something came from the peer on a connection.</summary>
    public void OnHeard() => Step(KeepAliveInput.Answered);

    /// <summary>A STUN response arrived.</summary>
    /// <param name="id">Its transaction id; another's is not looked at.</param>
    /// <param name="seenAs">Where the peer saw the request come from.</param>
    public void OnAnswered(ReadOnlySpan<byte> id, IPEndPoint seenAs)
    {
        KeepAliveInput input;
        lock (_gate) // the id and the address are those of the step
        {
            if (_state != KeepAliveState.Waiting || !id.SequenceEqual(_id)) return;
            input = _seenAs is null || _seenAs.Equals(seenAs) ? KeepAliveInput.Answered : KeepAliveInput.Moved;
            _seenAs = seenAs;
        }

        Step(input);
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true; // a step that is under way sets no timer any more
        if (ReferenceEquals(_flow.KeepAlive, this)) _flow.KeepAlive = null;
        _due.Dispose();
    }

    private void Step(KeepAliveInput input)
    {
        KeepAliveStep step;
        lock (_gate) // the timer and the flow's thread may come together
        {
            if (_disposed || _state == KeepAliveState.Failed) return;
            step = KeepAliveMachine.Next(_state, _sent, _times.MostSent, input);
            if (step.Sends && step.Sent == 1) _random.Fill(_id);
            var goesOn = step.Sends || (step.State == KeepAliveState.Resting && _state == KeepAliveState.Waiting);
            (_state, _sent) = (step.State, step.Sent);
            if (goesOn) _due.Set(step.Sends ? _times.Wait(step.Sent) : _times.Rest(_random));
        }

        if (step.State == KeepAliveState.Failed) _flow.Fail(new SipTransportException($"The flow {_flow} has failed: {(input == KeepAliveInput.Moved ? "the peer sees another address" : "its keep-alive was not answered")} (RFC 5626 §4.4)"));
        else if (step.Sends) Ping();
    }

    private void Ping()
    {
        try
        {
            _flow.Ping(_id);
        }
        catch (SipTransportException exception)
        {
            _flow.Fail(exception);
        }
    }
}
