namespace ModernSip.Tests.Transport.Streams;

/// <summary>A stream that the test feeds, and that tells when its reader has taken everything and waits for more.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly Lock _gate = new();
    private readonly Queue<byte> _octets = new();
    private TaskCompletionSource _fed = Signal();
    private TaskCompletionSource _starved = Signal();
    private bool _ended;

    public MemoryStream Written { get; } = new();

    /// <summary>Never ends where a test wants a peer that does not read.</summary>
    public Task Writable { get; set; } = Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Waits until the reader wants more than there is.</summary>
    public Task StarvedAsync() => _starved.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Gives octets, and waits until the reader has dealt with them and wants more.</summary>
    public async Task FeedAsync(byte[] octets)
    {
        await StarvedAsync();
        lock (_gate)
        {
            foreach (var octet in octets) _octets.Enqueue(octet);
            _starved = Signal();
            _fed.TrySetResult();
        }

        await StarvedAsync();
    }

    /// <summary>Ends the octets.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _fed.TrySetResult();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task fed;
            lock (_gate)
            {
                if (_octets.Count > 0 || _ended)
                {
                    var count = 0;
                    while (count < buffer.Length && _octets.TryDequeue(out var octet)) buffer.Span[count++] = octet;
                    return count;
                }

                if (_fed.Task.IsCompleted) _fed = Signal();
                fed = _fed.Task;
                _starved.TrySetResult();
            }

            await fed.WaitAsync(cancellationToken);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Writable.WaitAsync(cancellationToken);
        lock (_gate) Written.Write(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
