using System.Runtime.InteropServices;
using System.Threading.Channels;
using ModernSip.Diagnostics;

namespace ModernSip.Transport.Streams;

/// <summary>Copies of the messages that wait for a connection to take them, bounded in octets.</summary>
internal sealed class OutgoingQueue(int capacity, PooledBuffers buffers)
{
    // What a message costs beside its octets; bounds a queue of tiny ones.
    private const int Overhead = 64;

    // The loop that reads runs on the thread that writes while the connection takes what it is given: no hop to the thread pool.
    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private long _queued;

    /// <summary>Octets that wait, with the overhead of their messages.</summary>
    public long Queued => Interlocked.Read(ref _queued);

    /// <summary>Queues a copy.</summary>
    /// <returns>False when the queue is full or was completed.</returns>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        var cost = message.Length + Overhead;
        var queued = Interlocked.Add(ref _queued, cost);
        if (queued <= capacity || queued == cost) // an empty queue takes any message
        {
            var item = new Item(buffers.Rent(message.Length), message.Length);
            message.CopyTo(item.Buffer);
            if (_items.Writer.TryWrite(item)) return true;
            buffers.Return(item.Buffer);
        }

        Interlocked.Add(ref _queued, -cost);
        return false;
    }

    /// <summary>Ends the queue: nothing more goes in, what is in it can still be taken.</summary>
    public void Complete() => _items.Writer.TryComplete();

    /// <summary>Takes what is queued and writes it, in order, until the queue has ended and is empty. Called once.</summary>
    /// <param name="write">Writes one message; its buffer is used again afterwards.</param>
    /// <param name="limit">Is set while a message is being written.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="abort">Stops the writing.</param>
    public async Task WriteAllAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Deadline limit, TimeSpan timeout, CancellationToken abort)
    {
        // The end of the queue ends the waiting, so that it needs no token, and does not allocate.
        while (await _items.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (_items.Reader.TryRead(out var item))
            {
                limit.Set(timeout);
                try
                {
                    await write(item.Buffer.AsMemory(0, item.Length), abort).ConfigureAwait(false);
                }
                catch
                {
                    buffers.Forget(); // the write that failed may still be using it
                    throw;
                }

                Interlocked.Add(ref _queued, -(item.Length + Overhead));
                buffers.Return(item.Buffer);
            }

            limit.Clear();
        }
    }

    /// <summary>Throws away what nobody will write any more. Called once, when the queue has ended and <see cref="WriteAllAsync"/> with it.</summary>
    public void Discard()
    {
        while (_items.Reader.TryRead(out var item)) buffers.Return(item.Buffer);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Item(byte[] Buffer, int Length);
}
