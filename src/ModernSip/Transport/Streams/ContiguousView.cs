using System.Buffers;
using System.Runtime.InteropServices;
using ModernSip.Diagnostics;

namespace ModernSip.Transport.Streams;

/// <summary>Shows what a pipe has buffered as one span. Copies only where the buffer is in pieces, and each octet of a message once.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ContiguousView(PooledBuffers buffers)
{
    private byte[]? _copy;
    private int _copied;

    /// <summary>The whole buffer as one span, valid until the next call. The buffer holds that of the last call and more, unless <see cref="Reset"/> came between.</summary>
    public ReadOnlySpan<byte> Of(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment) return buffer.FirstSpan;

        var length = checked((int)buffer.Length);
        if (_copy is null || _copy.Length < length) Grow(length);
        buffer.Slice(_copied).CopyTo(_copy.AsSpan(_copied));
        _copied = length;
        return _copy.AsSpan(0, length);
    }

    /// <summary>Tells that octets were consumed, so that the copy no longer starts where the buffer does.</summary>
    public void Reset()
    {
        if (_copy is not null) buffers.Return(_copy);
        _copy = null;
        _copied = 0;
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_copy))]
    private void Grow(int length)
    {
        var larger = buffers.Rent(Math.Max(length, 2 * _copied));
        if (_copy is not null)
        {
            _copy.AsSpan(0, _copied).CopyTo(larger);
            buffers.Return(_copy);
        }

        _copy = larger;
    }
}
