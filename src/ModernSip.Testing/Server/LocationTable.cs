using System.Collections.Immutable;

namespace ModernSip.Testing.Server;

/// <summary>Which user is bound to which contacts. A binding whose time has come is gone, though nothing removes it then.</summary>
internal sealed class LocationTable(TimeProvider time)
{
    private ImmutableDictionary<string, ImmutableList<SipTestServerBinding>> _users = ImmutableDictionary.Create<string, ImmutableList<SipTestServerBinding>>(StringComparer.Ordinal);

    /// <summary>The contacts of a user, the latest set last.</summary>
    public ImmutableList<SipTestServerBinding> Of(string user) => Live(Volatile.Read(ref _users), user, time.GetUtcNow());

    public IReadOnlyDictionary<string, IReadOnlyList<SipTestServerBinding>> Snapshot()
    {
        var (users, now) = (Volatile.Read(ref _users), time.GetUtcNow());
        return users.Keys
            .Select(user => KeyValuePair.Create<string, IReadOnlyList<SipTestServerBinding>>(user, Live(users, user, now)))
            .Where(static row => row.Value.Count > 0)
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Changes a user's contacts as one step.</summary>
    /// <param name="user">The user.</param>
    /// <param name="decide">Says what becomes of them; asked again where another request was faster.</param>
    public RegistrarVerdict Update(string user, Func<ImmutableList<SipTestServerBinding>, DateTimeOffset, RegistrarVerdict> decide)
    {
        while (true)
        {
            var before = Volatile.Read(ref _users);
            var now = time.GetUtcNow();
            var verdict = decide(Live(before, user, now), now);
            var after = verdict.Bindings.IsEmpty ? before.Remove(user) : before.SetItem(user, verdict.Bindings);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _users, after, before), before)) return verdict;
        }
    }

    private static ImmutableList<SipTestServerBinding> Live(ImmutableDictionary<string, ImmutableList<SipTestServerBinding>> users, string user, DateTimeOffset now) =>
        users.TryGetValue(user, out var bindings) ? bindings.RemoveAll(binding => binding.ExpiresAt <= now) : [];
}
