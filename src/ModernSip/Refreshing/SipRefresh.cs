namespace ModernSip.Refreshing;

/// <summary>A look at what the stack repeats before it expires (B6). It shows; the object that it belongs to acts.</summary>
/// <remarks>Safe to read from any thread.</remarks>
public sealed class SipRefresh
{
    private readonly RefreshLoop _loop;

    internal SipRefresh(RefreshLoop loop) => _loop = loop;

    /// <summary>Where it stands.</summary>
    public SipRefreshState State => _loop.State;

    /// <summary>Whether it holds: granted, and not run out since.</summary>
    public bool IsActive => _loop.IsActive;

    /// <summary>How long the peer last granted it; zero before.</summary>
    public TimeSpan Granted => _loop.Grant?.Granted ?? TimeSpan.Zero;

    /// <summary>How long it still holds; zero where it does not.</summary>
    public TimeSpan Remaining => _loop.Remaining;

    /// <summary>In how long it will be repeated; null where that is not known: it is being repeated now, or is not repeated at all.</summary>
    public TimeSpan? DueIn => _loop.DueIn;

    /// <summary>Why the last attempt failed; null once one has succeeded since.</summary>
    public Exception? LastFailure => _loop.LastFailure;
}
