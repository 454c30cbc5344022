namespace ModernSip.Transactions.Machines;

/// <summary>The states of an INVITE client transaction: RFC 3261 figure 5 with Accepted of RFC 6026.</summary>
internal enum InviteClientState
{
    /// <summary>The INVITE is out, nothing has come back.</summary>
    Calling,

    /// <summary>A provisional response has arrived.</summary>
    Proceeding,

    /// <summary>A 2xx has arrived; its repeats, and those of other forks, still come.</summary>
    Accepted,

    /// <summary>A final response of 300 or above has arrived and is acknowledged; its repeats still come.</summary>
    Completed,

    /// <summary>The transaction is over.</summary>
    Terminated,
}
