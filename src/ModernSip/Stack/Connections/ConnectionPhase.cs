namespace ModernSip.Stack.Connections;

/// <summary>Where a connection stands.</summary>
internal enum ConnectionPhase
{
    /// <summary>Its sockets are being bound.</summary>
    Opening,

    /// <summary>In use.</summary>
    Active,

    /// <summary>Set aside: nothing new is begun, and nothing that was begun ends for it.</summary>
    Suspended,

    /// <summary>Its network is gone.</summary>
    Inactive,

    /// <summary>Closed for good.</summary>
    Closed,
}

/// <summary>What happens to a connection.</summary>
internal enum ConnectionInput
{
    /// <summary>Its sockets are bound for the first time.</summary>
    Opened,

    /// <summary>The interface went down, or the address went away.</summary>
    NetworkLost,

    /// <summary>The network is there again, and the sockets are bound anew.</summary>
    Rebound,

    /// <summary>The application or the host sets it aside.</summary>
    Suspend,

    /// <summary>The application or the host takes it up again.</summary>
    Resume,

    /// <summary>It is closed.</summary>
    Close,
}

/// <summary>What follows from an input.</summary>
[Flags]
internal enum ConnectionActions
{
    /// <summary>Nothing: on purpose.</summary>
    None = 0,

    /// <summary>The new state is told to those who watch.</summary>
    Announce = 1,

    /// <summary>What was made while the connection was active ends, with one error (A6).</summary>
    EndPeriod = 2,

    /// <summary>What is made from now on belongs to a new period.</summary>
    BeginPeriod = 4,

    /// <summary>The input is not allowed in this state.</summary>
    Refuse = 8,
}
