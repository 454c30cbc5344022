using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace ModernSip.Transport.Streams;

/// <summary>Copies of the messages that wait for a connection to take them, bounded in octets.</summary>
internal sealed class OutgoingQueue(int capacity)
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
            var item = new Item(ArrayPool<byte>.Shared.Rent(message.Length), message.Length);
            message.CopyTo(item.Buffer);
            if (_items.Writer.TryWrite(item)) return true;
            ArrayPool<byte>.Shared.Return(item.Buffer);
        }

        Interlocked.Add(ref _queued, -cost);
        return false;
    }

    /// <summary>Ends the queue: nothing more goes in, what is in it can still be taken.</summary>
    public void Complete() => _items.Writer.TryComplete();

    /// <summary>Waits until there is something to take; false when the queue has ended and is empty.</summary>
    public ValueTask<bool> WaitAsync() => _items.Reader.WaitToReadAsync();

    public bool TryTake([NotNullWhen(true)] out Item item) => _items.Reader.TryRead(out item);

    /// <summary>Gives an item back after it was written.</summary>
    public void Return(Item item)
    {
        Interlocked.Add(ref _queued, -(item.Length + Overhead));
        ArrayPool<byte>.Shared.Return(item.Buffer);
    }

    /// <summary>A copy of a message in a pooled buffer.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Item(byte[] Buffer, int Length)
    {
        public ReadOnlyMemory<byte> Octets => Buffer.AsMemory(0, Length);
    }
}
