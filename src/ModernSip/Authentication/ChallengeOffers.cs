using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>The challenges of one response that can be answered, by realm, the strongest of each realm first.</summary>
internal sealed class ChallengeOffers(SipAuthenticationOptions policy)
{
    // More proxies than this do not stand in one path; each would cost a hash and a header field.
    private const int MostRealms = 10;

    public List<List<DigestChallenge>> ByRealm { get; } = [];

    /// <summary>Why the first challenge that was passed over cannot be answered.</summary>
    public string? Problem { get; private set; }

    public void Read(IEnumerable<SipAuthenticationValue> values, bool isProxy)
    {
        foreach (var value in values)
        {
            if (DigestChallenge.TryRead(value, isProxy, policy, out var challenge, out var problem)) Add(challenge);
            else Problem ??= problem;
        }
    }

    private void Add(DigestChallenge challenge)
    {
        var realm = ByRealm.Find(known => known[0].IsProxy == challenge.IsProxy && known[0].Realm == challenge.Realm);
        if (realm is null)
        {
            if (ByRealm.Count < MostRealms) ByRealm.Add([challenge]);
            return;
        }

        // RFC 8760 §2.4 takes the topmost that is known unless local policy says otherwise. It does: a weaker one on top is no reason to use it.
        // Between equals the server's order stays; a plain form goes before its session form, which fewer servers get right.
        var index = realm.FindIndex(other => Rank(other) < Rank(challenge));
        realm.Insert(index < 0 ? realm.Count : index, challenge);
    }

    private static int Rank(DigestChallenge challenge) => (challenge.Algorithm.Strength() * 2) + (challenge.Algorithm.IsSession() ? 0 : 1);
}
