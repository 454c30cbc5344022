namespace ModernSip.Sessions.Reliability;

/// <summary>Where the reliable provisional responses to one INVITE stand.</summary>
internal enum ReliableState : byte
{
    /// <summary>None is unacknowledged.</summary>
    Idle,

    /// <summary>One is out and its PRACK is awaited.</summary>
    Unacknowledged,

    /// <summary>One with a session description is out: a 2xx has to wait for its PRACK.</summary>
    DescriptionUnacknowledged,

    /// <summary>The INVITE has its final response, or gets it from here.</summary>
    Closed,
}

internal enum ReliableInput : byte
{
    /// <summary>The user gives a provisional response.</summary>
    Send,

    /// <summary>The user gives a provisional response with a session description.</summary>
    SendDescription,

    /// <summary>The PRACK of the response that is out arrives.</summary>
    Prack,

    /// <summary>A PRACK arrives that acknowledges nothing that is out.</summary>
    StrayPrack,

    RepeatTimer,

    LimitTimer,

    /// <summary>The user gives a 2xx.</summary>
    Success,

    /// <summary>The user gives a final response of 300 or above.</summary>
    Failure,
}

[Flags]
internal enum ReliableActions : ushort
{
    None = 0,

    /// <summary>Give the response the next number, send it, and start both timers.</summary>
    Send = 1,

    /// <summary>Keep the response until the one that is out is acknowledged.</summary>
    Queue = 2,

    /// <summary>Send the response that is out once more, and wait twice as long for the next time.</summary>
    Repeat = 4,

    Stop = 8,

    /// <summary>Answer the PRACK with 200.</summary>
    Accept = 16,

    /// <summary>Answer the PRACK with 481.</summary>
    Refuse = 32,

    /// <summary>Go on with what waits: the next response of the queue, or the 2xx.</summary>
    Continue = 64,

    /// <summary>Keep the 2xx until the PRACK comes.</summary>
    Defer = 128,

    /// <summary>Send the final response.</summary>
    Pass = 256,

    /// <summary>No PRACK came: refuse the INVITE.</summary>
    GiveUp = 512,

    /// <summary>The response comes too late.</summary>
    NotAllowed = 1_024,
}
