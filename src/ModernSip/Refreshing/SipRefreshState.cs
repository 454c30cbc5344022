namespace ModernSip.Refreshing;

/// <summary>Where something stands that the stack repeats before it expires: a registration, a subscription, a publication.</summary>
/// <remarks>
/// <code>
/// Inactive --granted--> Active --due--> Repeating --granted--> Active
///                          \                 |
///                           \----ran out-----+--ran out--> Lapsed --granted--> Active
/// any --refused for good, stopped--> Ended
/// </code>
/// </remarks>
public enum SipRefreshState
{
    /// <summary>Nothing was granted yet.</summary>
    Inactive,

    /// <summary>It holds.</summary>
    Active,

    /// <summary>It holds, and is being repeated: for the first time, or again after failures that may pass.</summary>
    Repeating,

    /// <summary>It does not hold: the granted time is over without another grant, or it was begun and nothing granted yet. Where refreshing is automatic, it is being tried.</summary>
    Lapsed,

    /// <summary>It is not repeated any more.</summary>
    Ended,
}
