using ModernSip.Messages.Parsing;

namespace ModernSip.Transactions.Engine;

/// <summary>What a server transaction is found by, in one array of its own: a completed one keeps this and its answer, and nothing of its request.</summary>
internal readonly struct ServerIdentity
{
    private readonly byte[] _octets;
    private readonly int _sentByStart; // more than 16 bits: the parts may come to twice the longest header field
    private readonly int _callIdStart;
    private readonly int _fromTagStart;

    public ServerIdentity(in TransactionKey key, in MergeKey merge, uint sequence)
    {
        KeyHash = key.Hash;
        Sequence = sequence;
        _octets = new byte[key.Branch.Length + key.SentBy.Length + (merge.IsNone ? 0 : merge.CallId.Length + merge.FromTag.Length)];
        _sentByStart = Append(key.Branch, 0);
        _callIdStart = Append(key.SentBy, _sentByStart);
        _fromTagStart = _callIdStart;
        if (merge.IsNone) return;
        _fromTagStart = Append(merge.CallId, _callIdStart);
        Append(merge.FromTag, _fromTagStart);
        MergeHash = merge.Hash;
    }

    public int KeyHash { get; }

    public int MergeHash { get; }

    /// <summary>The sequence number: a repeat has the same.</summary>
    public uint Sequence { get; }

    /// <summary>Whether a copy of the request by another way can be told.</summary>
    public bool CanMerge => _fromTagStart > _callIdStart;

    public bool IsOf(in TransactionKey key) =>
        KeyHash == key.Hash
        && _octets.AsSpan(0, _sentByStart).SequenceEqual(key.Branch)
        && Grammar.EqualsIgnoreCase(_octets.AsSpan(_sentByStart, _callIdStart - _sentByStart), key.SentBy);

    public bool IsOf(in MergeKey merge) =>
        Sequence == merge.Sequence.Number
        && _octets.AsSpan(_callIdStart, _fromTagStart - _callIdStart).SequenceEqual(merge.CallId)
        && _octets.AsSpan(_fromTagStart).SequenceEqual(merge.FromTag);

    private int Append(ReadOnlySpan<byte> part, int position)
    {
        part.CopyTo(_octets.AsSpan(position));
        return position + part.Length;
    }
}
