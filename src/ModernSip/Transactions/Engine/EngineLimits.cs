namespace ModernSip.Transactions.Engine;

/// <summary>What the engine may hold at once. Beyond it, new work is refused; what is established goes on.</summary>
internal sealed record EngineLimits
{
    /// <summary>Server transactions of one shard; beyond, new requests get a stateless 503, and those in dialogs from twice as many on.</summary>
    public int MaxServerTransactions { get; init; } = 400_000;

    /// <summary>Messages that wait for one shard; beyond, they are dropped and counted, those that begin something beyond the half.</summary>
    public int MaxQueueLength { get; init; } = 4_096;

    /// <summary>How long who is refused is asked to stay away at least; twice as long at most.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The number of shards.</summary>
    public int ShardCount { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
}
