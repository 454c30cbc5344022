using System.Runtime.CompilerServices;
using ModernSip.Errors;
using ModernSip.Platform;

namespace ModernSip.Stack.Connections;

/// <summary>A time during which a connection can be used. Dialogs, registrations and requests belong to the one that they were made in, and end with it (A6).</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class ActivePeriod
{
    private readonly string _place;
    private readonly CancellationTokenSource _end = new();
    private Exception? _cause;
    private volatile bool _hasEnded;

    /// <param name="place">The local address, for errors.</param>
    public ActivePeriod(string place) => (_place, Ended) = (place, _end.Token);

    /// <summary>Fires when the period ends: what waits outside of the shards ends then.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Whether it has ended; what waits is told by <see cref="Ended"/> only behind it.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>The connection's error that ended it; null while it lasts, and where the connection was closed.</summary>
    public Exception? Cause => Volatile.Read(ref _cause);

    /// <summary>The error that everything of the period ends with, and that later operations on it fail with (A6, A8).</summary>
    public SipConnectionClosedException CreateError() =>
        Cause is { } cause ? new($"The connection became inactive: {cause.Message}", cause) : new("The connection was closed.");

    /// <exception cref="SipConnectionClosedException">The period has ended.</exception>
    public void ThrowIfEnded([CallerMemberName] string operation = "")
    {
        if (_hasEnded) throw CreateError().Concerning(operation, _place);
    }

    /// <summary>Nothing is made in it from now on.</summary>
    public void BeginEnd(Exception? cause)
    {
        Volatile.Write(ref _cause, cause);
        _hasEnded = true;
    }

    /// <summary>Ends what waits. What the application registered on its token may throw.</summary>
    /// <exception cref="AggregateException">Callbacks threw.</exception>
    public Task EndAsync(SipContinuations continuations) => _end.CancelAsync(continuations);
}
