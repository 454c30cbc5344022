using System.Buffers;

namespace ModernSip.Diagnostics;

/// <summary>The buffers that a stack has borrowed from the array pool for its messages. Where nothing is being sent or received, none is out.</summary>
internal sealed class PooledBuffers
{
    private long _rented;

    /// <summary>How many are out.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    /// <summary>Borrows a buffer.</summary>
    /// <param name="length">The least that it must hold.</param>
    public byte[] Rent(int length)
    {
        Interlocked.Increment(ref _rented);
        return ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        Interlocked.Decrement(ref _rented);
    }

    /// <summary>Gives a buffer up that somebody may still be reading, as behind a write that failed: it is left to the garbage collector.</summary>
    public void Forget() => Interlocked.Decrement(ref _rented);
}
