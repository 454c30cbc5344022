namespace ModernSip.Transactions.Machines;

/// <summary>The states of a server transaction other than INVITE: RFC 3261 figure 8.</summary>
internal enum NonInviteServerState
{
    /// <summary>Nothing has been sent.</summary>
    Trying,

    /// <summary>A 100 has been sent.</summary>
    Proceeding,

    /// <summary>The final response has been sent; the request may still be repeated.</summary>
    Completed,

    /// <summary>The transaction is over.</summary>
    Terminated,
}
