namespace ModernSip.Transactions.Machines;

/// <summary>What can happen to a server transaction.</summary>
internal enum ServerInput
{
    /// <summary>The request arrived again.</summary>
    Request,

    /// <summary>An ACK arrived: for a final response of 300 or above, or in Accepted for a 2xx.</summary>
    Ack,

    /// <summary>The user answers with a response below 200.</summary>
    SendProvisional,

    /// <summary>The user answers with 200 to 299.</summary>
    SendSuccess,

    /// <summary>The user answers with 300 or above.</summary>
    SendFailure,

    /// <summary>Timer G fired.</summary>
    RetransmitTimer,

    /// <summary>Timer H fired, or the client's timer F must have.</summary>
    TimeoutTimer,

    /// <summary>Timer I, J or L fired.</summary>
    LingerTimer,

    /// <summary>The user has not answered in time to spare the peer a 100.</summary>
    TryingTimer,

    /// <summary>A response could not be sent.</summary>
    TransportFailed,
}
