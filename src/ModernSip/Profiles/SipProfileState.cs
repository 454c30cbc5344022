namespace ModernSip.Profiles;

/// <summary>Where a profile stands.</summary>
public enum SipProfileState
{
    /// <summary>It is not to be registered.</summary>
    Disabled,

    /// <summary>It is being registered for the first time, or again after the connection was lost.</summary>
    Registering,

    /// <summary>The binding holds.</summary>
    Registered,

    /// <summary>The binding does not hold; it is still being tried.</summary>
    Lost,

    /// <summary>It was refused for good: nothing is tried until the profile is changed or retried.</summary>
    Failed,
}

/// <summary>How a profile does.</summary>
/// <param name="Name">Its name.</param>
/// <param name="AddressOfRecord">Its address of record.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="LastError">What last went wrong; null where nothing has since it was last registered.</param>
public sealed record SipProfileStatus(string Name, string AddressOfRecord, SipProfileState State, DateTimeOffset Since, Exception? LastError);

/// <summary>What happened to a profile.</summary>
public enum SipProfileEventKind
{
    /// <summary>It was created.</summary>
    Created,

    /// <summary>Its settings were changed.</summary>
    Changed,

    /// <summary>It was enabled.</summary>
    Enabled,

    /// <summary>It was disabled.</summary>
    Disabled,

    /// <summary>It was removed.</summary>
    Removed,

    /// <summary>Its <see cref="SipProfileStatus.State"/> is another one.</summary>
    StateChanged,

    /// <summary>The store could not be read; profiles go on as they were.</summary>
    StoreFailed,
}

/// <summary>News of a profile.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Name">The profile's name; empty where the store failed.</param>
/// <param name="State">Where it stands now; null where it is gone, or the store failed.</param>
/// <param name="Error">What went wrong; null where nothing did.</param>
public sealed record SipProfileEvent(SipProfileEventKind Kind, string Name, SipProfileState? State, Exception? Error = null);
