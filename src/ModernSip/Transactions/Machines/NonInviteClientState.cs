namespace ModernSip.Transactions.Machines;

/// <summary>The states of a client transaction other than INVITE: RFC 3261 figure 6.</summary>
internal enum NonInviteClientState
{
    /// <summary>The request is out, nothing has come back.</summary>
    Trying,

    /// <summary>A provisional response has arrived.</summary>
    Proceeding,

    /// <summary>The final response has arrived; its repeats still come.</summary>
    Completed,

    /// <summary>The transaction is over.</summary>
    Terminated,
}
