using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Transactions.Engine;

/// <summary>Finds a server transaction in a set by the key of a message, so that the set holds no key of its own.</summary>
internal sealed class ServerKeyComparer : IEqualityComparer<ServerTransaction>, IAlternateEqualityComparer<TransactionKey, ServerTransaction>
{
    public static ServerKeyComparer Instance { get; } = new();

    public bool Equals(ServerTransaction? x, ServerTransaction? y) => ReferenceEquals(x, y);

    public int GetHashCode([DisallowNull] ServerTransaction obj) => obj.Identity.KeyHash;

    public bool Equals(TransactionKey alternate, ServerTransaction other) => other.Method == alternate.Method && other.Identity.IsOf(alternate);

    public int GetHashCode(TransactionKey alternate) => alternate.Hash;

    public ServerTransaction Create(TransactionKey alternate) => throw new NotSupportedException("A key makes no transaction.");
}

/// <summary>Finds a server transaction in a set by what a merged copy of its request has in common with it.</summary>
internal sealed class ServerMergeComparer : IEqualityComparer<ServerTransaction>, IAlternateEqualityComparer<MergeKey, ServerTransaction>
{
    public static ServerMergeComparer Instance { get; } = new();

    public bool Equals(ServerTransaction? x, ServerTransaction? y) => ReferenceEquals(x, y);

    public int GetHashCode([DisallowNull] ServerTransaction obj) => obj.Identity.MergeHash;

    public bool Equals(MergeKey alternate, ServerTransaction other) => other.Method == alternate.Sequence.Method && other.Identity.IsOf(alternate);

    public int GetHashCode(MergeKey alternate) => alternate.Hash;

    public ServerTransaction Create(MergeKey alternate) => throw new NotSupportedException("A key makes no transaction.");
}

/// <summary>Finds a client transaction in a set by the key of a response.</summary>
internal sealed class ClientKeyComparer : IEqualityComparer<ClientTransaction>, IAlternateEqualityComparer<TransactionKey, ClientTransaction>
{
    public static ClientKeyComparer Instance { get; } = new();

    public bool Equals(ClientTransaction? x, ClientTransaction? y) => ReferenceEquals(x, y);

    public int GetHashCode([DisallowNull] ClientTransaction obj) => obj.KeyHash;

    public bool Equals(TransactionKey alternate, ClientTransaction other) =>
        other.KeyHash == alternate.Hash && other.Method == alternate.Method && other.Branch.Span.SequenceEqual(alternate.Branch);

    public int GetHashCode(TransactionKey alternate) => alternate.Hash;

    public ClientTransaction Create(TransactionKey alternate) => throw new NotSupportedException("A key makes no transaction.");
}
