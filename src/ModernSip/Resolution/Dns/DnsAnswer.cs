namespace ModernSip.Resolution.Dns;

/// <summary>What is known about a name after an answer: its records, or that it has none, for a while; or another name that it stands for.</summary>
/// <param name="Data">The data of the records.</param>
/// <param name="Lifetime">How long that holds.</param>
/// <param name="Alias">The name to ask about in its place; null where there is none.</param>
internal sealed record DnsAnswer(IReadOnlyList<object> Data, TimeSpan Lifetime, string? Alias = null)
{
    /// <summary>How many aliases are followed, one behind the other.</summary>
    public const int MaxAliases = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestNegative = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan UsualNegative = TimeSpan.FromSeconds(30);

    /// <summary>Finds the records that a message has for its question, through the aliases in it (RFC 1034 §3.6.2).</summary>
    /// <returns>The answer; null where the aliases go in a ring or lead too far.</returns>
    public static DnsAnswer? Of(DnsMessage message)
    {
        var (name, type) = (message.Question.Name, message.Question.Type);
        var seconds = uint.MaxValue;
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            var own = message.Answers.Where(record => record.Type == type && record.Owner == name).ToList();
            if (own.Count > 0) return new DnsAnswer([.. own.Select(static record => record.Data)], Bound(Math.Min(seconds, own.Min(static record => record.Seconds)), Longest));
            if (message.Answers.FirstOrDefault(record => record.Type == DnsRecordType.Cname && record.Owner == name) is not { } alias) return WithoutRecords(message, name, seconds);
            name = (string)alias.Data;
            seconds = Math.Min(seconds, alias.Seconds);
        }

        return null;
    }

    /// <summary>The same for a name that stands for another: it holds no longer than the alias.</summary>
    public DnsAnswer Within(TimeSpan lifetime) => lifetime < Lifetime ? this with { Lifetime = lifetime } : this;

    private static DnsAnswer WithoutRecords(DnsMessage message, string name, uint seconds)
    {
        // A server that knows the whole chain says how long there is nothing at its end; one that does not leaves the rest to be asked.
        var isEnd = name == message.Question.Name || message.NegativeSeconds is not null || message.Code == DnsResponseCode.NameError;
        if (!isEnd) return new DnsAnswer([], Bound(seconds, Longest), name);
        return new DnsAnswer([], message.NegativeSeconds is { } negative ? Bound(Math.Min(seconds, negative), LongestNegative) : UsualNegative);
    }

    private static TimeSpan Bound(uint seconds, TimeSpan longest) => seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
}
