namespace ModernSip.Transactions.Machines;

/// <summary>The states of an INVITE server transaction: RFC 3261 figure 7 with Accepted of RFC 6026.</summary>
internal enum InviteServerState
{
    /// <summary>No final response has been sent.</summary>
    Proceeding,

    /// <summary>A 2xx has been sent; the INVITE may still be repeated.</summary>
    Accepted,

    /// <summary>A final response of 300 or above has been sent and waits for its ACK.</summary>
    Completed,

    /// <summary>The ACK has arrived; its repeats still come.</summary>
    Confirmed,

    /// <summary>The transaction is over.</summary>
    Terminated,
}
