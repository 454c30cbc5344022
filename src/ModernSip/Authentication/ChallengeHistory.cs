namespace ModernSip.Authentication;

/// <summary>What one request has gone through, over all its repetitions. It is why a challenge never becomes a loop.</summary>
/// <remarks>Belongs to one logical request; for one thread at a time.</remarks>
internal sealed class ChallengeHistory
{
    // A request may meet several proxies and a server one after the other; a hostile one invents a realm each time.
    private const int MostRounds = 5;
    private const int MostAnswers = 2;

    private readonly Dictionary<(bool IsProxy, string Realm), Realm> _realms = [];
    private int _rounds;

    /// <summary>Counts a challenged attempt. False when there were enough of them.</summary>
    public bool TryBeginRound() => ++_rounds <= MostRounds;

    /// <summary>Counts an answer that was refused. False when the same credentials must not be tried once more.</summary>
    /// <param name="rejectedNonce">The nonce that the refused answer used.</param>
    /// <param name="challenge">The challenge that came back.</param>
    public bool TryRejected(string rejectedNonce, DigestChallenge challenge)
    {
        var key = (challenge.IsProxy, challenge.Realm);
        if (!_realms.TryGetValue(key, out var realm)) _realms[key] = realm = new Realm();
        realm.Rejections++;
        realm.WasStale |= challenge.IsStale;

        // The same nonce again, and not stale: it was the password that was wrong. With another nonce, the server may only have failed to
        // say that the old one had expired: one more answer tells.
        if (!challenge.IsStale && rejectedNonce.Equals(challenge.Nonce, StringComparison.Ordinal)) return false;
        return realm.Rejections < (realm.WasStale ? MostAnswers + 1 : MostAnswers);
    }

    private sealed class Realm
    {
        public int Rejections { get; set; }

        public bool WasStale { get; set; }
    }
}
