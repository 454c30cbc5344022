using System.Runtime.CompilerServices;
using ModernSip.Platform;

namespace ModernSip.Stack.Connections;

/// <summary>The state of a connection, the error behind it, and those who watch it.</summary>
/// <param name="continuations">Where those who watch go on.</param>
/// <param name="place">The local address, for errors.</param>
internal sealed class ConnectionStanding(SipContinuations continuations, string place)
{
    // The application, the watch over the network and the closing change the state, each on a thread of its own: the changes are told in the order they happen in.
    private readonly Lock _turn = new();
    private Change _current = new(ConnectionPhase.Opening, null, continuations);
    private ActivePeriod _period = new(place);

    public ConnectionPhase Phase => Volatile.Read(ref _current).Phase;

    /// <summary>Why the connection is inactive or closed; null where it is neither, and where the application closed it.</summary>
    public Exception? Error => Volatile.Read(ref _current).Error;

    /// <summary>The period that what is made now belongs to.</summary>
    public ActivePeriod Period => Volatile.Read(ref _period);

    /// <summary>Takes an input.</summary>
    /// <param name="input">What happens.</param>
    /// <param name="error">Why, where the state has a reason.</param>
    /// <param name="ended">The period that the caller has to end; null for none.</param>
    /// <returns>Whether the input is allowed.</returns>
    public bool Apply(ConnectionInput input, Exception? error, out ActivePeriod? ended)
    {
        ended = null;
        lock (_turn) // see above; nothing of the application's runs inside
        {
            var (phase, actions) = ConnectionMachine.Next(_current.Phase, input);
            if (actions.HasFlag(ConnectionActions.EndPeriod)) ended = _period;
            if (actions.HasFlag(ConnectionActions.BeginPeriod)) Volatile.Write(ref _period, new ActivePeriod(place));
            if (actions.HasFlag(ConnectionActions.Announce))
            {
                var before = _current;
                Volatile.Write(ref _current, new Change(phase, error, continuations));
                before.Next.Set(_current);
            }

            return !actions.HasFlag(ConnectionActions.Refuse);
        }
    }

    /// <summary>The states that follow on the present one. Any number may read; it ends when the connection has closed.</summary>
    public IAsyncEnumerable<ConnectionPhase> ChangesAsync(CancellationToken cancellationToken)
    {
        return ReadAsync(Volatile.Read(ref _current), cancellationToken);

        static async IAsyncEnumerable<ConnectionPhase> ReadAsync(Change last, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (last.Phase != ConnectionPhase.Closed)
            {
                last = await last.Next.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                yield return last.Phase;
            }
        }
    }

    /// <summary>Waits until the connection is in a state.</summary>
    /// <returns>False when it has closed and will never be.</returns>
    public async Task<bool> WaitForAsync(ConnectionPhase phase, CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _current);
        while (last.Phase != phase)
        {
            if (last.Phase == ConnectionPhase.Closed) return false;
            last = await last.Next.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>One state and the one after it: whoever watches holds the last that it saw, and what nobody holds is forgotten.</summary>
    private sealed class Change(ConnectionPhase phase, Exception? error, SipContinuations continuations)
    {
        public ConnectionPhase Phase => phase;

        public Exception? Error => error;

        public Completion<Change> Next { get; } = new(continuations);
    }
}
