namespace ModernSip;

/// <summary>Where a connection stands. From any state to Unavailable, which is final.</summary>
public enum SipConnectionState
{
    /// <summary>Being opened.</summary>
    Initializing,

    /// <summary>In use: requests, registrations and dialogs can be made.</summary>
    Active,

    /// <summary>The network is gone for now: the interface is down, or has lost its address.</summary>
    Inactive,

    /// <summary>Set aside by the application or the host: what is under way goes on, and nothing new begins.</summary>
    Suspended,

    /// <summary>Closed for good.</summary>
    Unavailable,
}
