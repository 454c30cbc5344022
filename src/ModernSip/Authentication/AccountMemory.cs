using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>What one account has learnt: the credentials that the application supplied, and the sessions in use.</summary>
/// <remarks>Thread-safe. Bounded, for realms are invented by others; what falls out is asked for again.</remarks>
internal sealed class AccountMemory
{
    private const int MostEntries = 32;

    private readonly ConcurrentDictionary<string, SipCredentials> _supplied = new(StringComparer.Ordinal);
    private ImmutableArray<DigestSession> _sessions = [];

    /// <summary>The sessions, oldest first.</summary>
    public ImmutableArray<DigestSession> Sessions => _sessions;

    public DigestSession? Find(ProtectionSpace space)
    {
        foreach (var session in _sessions)
        {
            if (session.Space == space) return session;
        }

        return null;
    }

    public SipCredentials? FindSupplied(string realm) => _supplied.GetValueOrDefault(realm);

    public void Supply(string realm, SipCredentials credentials)
    {
        _supplied[realm] = credentials;
        if (_supplied.Count <= MostEntries) return;
        foreach (var (other, _) in _supplied)
        {
            if (!other.Equals(realm, StringComparison.Ordinal) && _supplied.TryRemove(other, out _)) return;
        }
    }

    /// <summary>Takes a session into use; one that is in use with the same nonce goes on counting.</summary>
    public void Use(DigestSession session) => ImmutableInterlocked.Update(
        ref _sessions,
        static (sessions, fresh) =>
        {
            var index = IndexOf(sessions, fresh.Space);
            if (index >= 0 && sessions[index].IsSameAs(fresh)) return sessions;
            if (index >= 0) return sessions.SetItem(index, fresh);
            return (sessions.Length < MostEntries ? sessions : sessions.RemoveAt(0)).Add(fresh);
        },
        session);

    /// <summary>Replaces a session, unless another request has done so already.</summary>
    public void Replace(DigestSession old, DigestSession fresh) => ImmutableInterlocked.Update(
        ref _sessions,
        static (sessions, change) => sessions.Contains(change.old) ? sessions.Replace(change.old, change.fresh) : sessions,
        (old, fresh));

    /// <summary>Drops a session whose credentials were refused, and the credentials where the application supplied them: it is asked anew next time.</summary>
    public void Forget(DigestSession session)
    {
        ImmutableInterlocked.Update(ref _sessions, static (sessions, refused) => sessions.Remove(refused), session);

        // The pair, not the key: what was supplied since stays.
        _supplied.TryRemove(new KeyValuePair<string, SipCredentials>(session.Space.Realm, session.Credentials));
    }

    private static int IndexOf(ImmutableArray<DigestSession> sessions, ProtectionSpace space)
    {
        for (var index = 0; index < sessions.Length; index++)
        {
            if (sessions[index].Space == space) return index;
        }

        return -1;
    }
}
