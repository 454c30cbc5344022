using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace ModernSip.Platform;

/// <summary>The way from a shard up to one reader of the application: writing never waits and never runs the reader's code.</summary>
/// <remarks>
/// A channel would wake its reader on the thread pool or on the writer; here the platform says where, so that a simulation can run the
/// continuations in an order of its own. Many writers, one reader at a time.
/// </remarks>
/// <typeparam name="T">What is passed on.</typeparam>
internal sealed class Mailbox<T>(SipContinuations continuations, int capacity = int.MaxValue) : IValueTaskSource<bool>
{
    private ConcurrentQueue<T>? _items; // most mailboxes never hold anything
    private ManualResetValueTaskSourceCore<bool> _waiter;
    private CancellationTokenRegistration _cancellation;
    private ExceptionDispatchInfo? _error;
    private CancellationToken _token;
    private volatile bool _completed;
    private int _reading;
    private int _waiting;

    /// <summary>Whether nothing more will be written.</summary>
    public bool IsCompleted => _completed;

    /// <summary>Whether as much waits as may.</summary>
    public bool IsFull => Volatile.Read(ref _items)?.Count >= capacity;

    private bool IsEmpty => Volatile.Read(ref _items)?.IsEmpty != false;

    /// <summary>Hands an item to the reader.</summary>
    /// <returns>False when the mailbox is full or completed.</returns>
    public bool TryWrite(T item)
    {
        if (_completed) return false;
        var items = Volatile.Read(ref _items);
        if (items is null)
        {
            items = new ConcurrentQueue<T>();
            items = Interlocked.CompareExchange(ref _items, items, null) ?? items;
        }

        if (items.Count >= capacity) return false;
        items.Enqueue(item);
        Wake();
        return true;
    }

    /// <summary>Ends the stream: once the reader has read what is there, it ends or throws.</summary>
    public void Complete(Exception? error = null)
    {
        if (_completed) return;
        if (error is not null) _error = ExceptionDispatchInfo.Capture(error);
        _completed = true;
        Wake();
    }

    public bool TryRead([MaybeNullWhen(false)] out T item)
    {
        item = default;
        return Volatile.Read(ref _items)?.TryDequeue(out item) == true;
    }

    /// <summary>Waits for an item.</summary>
    /// <returns>False when no more will come.</returns>
    /// <exception cref="InvalidOperationException">Another reader is waiting.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        if (Interlocked.Exchange(ref _reading, 1) == 1) throw new InvalidOperationException("The stream is already being read.");
        if (!IsEmpty || _completed) return EndWaitAsync();
        _waiter.Reset();
        _token = cancellationToken;
        Volatile.Write(ref _waiting, 1);

        // What came before the line above woke nobody. Whoever takes the flag back says how the wait ends: this reader, a writer, or the token.
        if ((!IsEmpty || _completed) && Interlocked.Exchange(ref _waiting, 0) == 1) return EndWaitAsync();
        if (cancellationToken.CanBeCanceled) _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((Mailbox<T>)state!).Cancel(token), this);
        return new ValueTask<bool>(this, _waiter.Version);
    }

    /// <summary>Reads to the end.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryRead(out var item)) yield return item;
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _cancellation.Unregister();
        _cancellation = default;
        Volatile.Write(ref _reading, 0);
        _waiter.GetResult(token);
        if (!IsEmpty) return true;
        if (_completed) _error?.Throw();
        return !_completed;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private ValueTask<bool> EndWaitAsync()
    {
        Volatile.Write(ref _reading, 0);
        return IsEmpty ? EndAsync() : ValueTask.FromResult(true);
    }

    private ValueTask<bool> EndAsync() => _error is null ? ValueTask.FromResult(false) : ValueTask.FromException<bool>(_error.SourceException);

    private void Wake()
    {
        if (Interlocked.Exchange(ref _waiting, 0) == 1) continuations.Post(static state => ((Mailbox<T>)state!)._waiter.SetResult(true), this);
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (cancellationToken != _token) return; // it fires late, into a wait that is not its own
        if (Interlocked.Exchange(ref _waiting, 0) == 0) return;
        continuations.Post(
            static state =>
            {
                var (mailbox, token) = ((Mailbox<T>, CancellationToken))state!;
                mailbox._waiter.SetException(new OperationCanceledException(token));
            },
            (this, cancellationToken));
    }
}
