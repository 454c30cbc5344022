using static ModernSip.Stack.Connections.ConnectionActions;
using static ModernSip.Stack.Connections.ConnectionInput;
using static ModernSip.Stack.Connections.ConnectionPhase;

namespace ModernSip.Stack.Connections;

/// <summary>Decides how a connection's state goes on (A3). Pure.</summary>
/// <remarks>Initializing → Active ⇄ Suspended; Active, Suspended → Inactive → Active; from everywhere to Unavailable, which is final.</remarks>
internal static class ConnectionMachine
{
    public static (ConnectionPhase Phase, ConnectionActions Actions) Next(ConnectionPhase phase, ConnectionInput input) => (phase, input) switch
    {
        (Opening, Opened)                    => (Active, Announce),
        (Active, Suspend)                    => (Suspended, Announce),
        (Suspended, Resume)                  => (Active, Announce),
        (Active or Suspended, NetworkLost)   => (Inactive, Announce | EndPeriod),
        (Inactive, Rebound)                  => (Active, Announce | BeginPeriod),
        (Inactive, Close)                    => (Closed, Announce),               // what was made with it has ended before
        (not Closed, Close)                  => (Closed, Announce | EndPeriod),
        (Suspended, Suspend)                 => (Suspended, None),                // it is what was asked for
        (Active, Resume)                     => (Active, None),
        (_, Suspend or Resume)               => (phase, Refuse),
        _                                    => (phase, None),                    // news of a network that changes nothing
    };
}
