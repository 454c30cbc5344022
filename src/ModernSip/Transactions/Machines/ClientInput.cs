namespace ModernSip.Transactions.Machines;

/// <summary>What can happen to a client transaction.</summary>
internal enum ClientInput
{
    /// <summary>A response below 200 arrived.</summary>
    Provisional,

    /// <summary>A response of 200 to 299 arrived.</summary>
    Success,

    /// <summary>A response of 300 or above arrived.</summary>
    Failure,

    /// <summary>Timer A or E fired.</summary>
    RetransmitTimer,

    /// <summary>Timer B or F fired, or the limit of an INVITE in Proceeding.</summary>
    TimeoutTimer,

    /// <summary>Timer D, K or M fired.</summary>
    LingerTimer,

    /// <summary>The request or the ACK could not be sent, or the flow died.</summary>
    TransportFailed,
}
