namespace ModernSip.Transactions.Machines;

/// <summary>What a machine asks the engine to do.</summary>
/// <remarks>
/// A transaction has one timer of each kind: retransmission, timeout, linger, and on servers the 100. Starting one that runs starts it
/// anew, stopping one that does not run does nothing, and <see cref="Terminate"/> stops all of them. How long each runs is the engine's
/// business: it follows from the kind of transaction and the state just entered (RFC 3261 table 4).
/// </remarks>
[Flags]
internal enum TransactionActions : ushort
{
    /// <summary>Nothing to do.</summary>
    None = 0,

    /// <summary>Put the message on the wire for the first time: a client's request, or the response the server's user gave.</summary>
    Send = 1,

    /// <summary>Retransmit the stored message: the request, or the latest response. Nothing happens while there is none.</summary>
    Resend = 2,

    /// <summary>INVITE client: acknowledge the final response of 300 or above.</summary>
    SendAck = 4,

    /// <summary>Give the received message to the user.</summary>
    Deliver = 8,

    /// <summary>Start timer A, E or G, or start it again: the engine lengthens the interval each time.</summary>
    StartRetransmit = 16,

    /// <summary>Stop timer A, E or G.</summary>
    StopRetransmit = 32,

    /// <summary>Start timer B, F or H, the limit of an INVITE client in Proceeding, or the time that the peer's timer F has left, in place of the one that runs.</summary>
    StartTimeout = 64,

    /// <summary>Stop what <see cref="StartTimeout"/> started.</summary>
    StopTimeout = 128,

    /// <summary>Start timer D, I, J, K, L or M: how long repeats may still arrive.</summary>
    StartLinger = 256,

    /// <summary>Tell the user that time ran out.</summary>
    FailTimeout = 512,

    /// <summary>Tell the user that the transport failed.</summary>
    FailTransport = 1024,

    /// <summary>Destroy the transaction now, with all its timers.</summary>
    Terminate = 2048,

    /// <summary>Server: start the time after which a 100 goes out.</summary>
    StartTrying = 4096,

    /// <summary>Generate a 100 and send it.</summary>
    SendTrying = 8192,

    /// <summary>Stop the timer of the 100.</summary>
    StopTrying = 16384,

    /// <summary>Refuse the response that the user wants to send: it cannot be sent in this state.</summary>
    NotAllowed = 32768,
}

/// <summary>Asking <see cref="TransactionActions"/>.</summary>
internal static class TransactionActionsQuestions
{
    /// <summary>Whether an action is asked for. Unlike <see cref="Enum.HasFlag"/> it never boxes.</summary>
    public static bool Has(this TransactionActions actions, TransactionActions action) => (actions & action) != TransactionActions.None;
}
