namespace ModernSip.Profiles;

/// <summary>What was done to the profiles between two readings of a store. Pure.</summary>
internal static class ProfileChanges
{
    /// <summary>The changes, removals first; of one profile the settings before whether it is enabled.</summary>
    public static IEnumerable<ProfileChange> Between(IReadOnlyDictionary<string, SipProfile> known, IReadOnlyDictionary<string, SipProfile> read)
    {
        foreach (var (name, profile) in known)
        {
            if (!read.ContainsKey(name)) yield return new ProfileChange(SipProfileEventKind.Removed, profile);
        }

        foreach (var (name, profile) in read)
        {
            if (!known.TryGetValue(name, out var before)) yield return new ProfileChange(SipProfileEventKind.Created, profile);
            else if (profile.IsEnabled != before.IsEnabled) yield return new ProfileChange(profile.IsEnabled ? SipProfileEventKind.Enabled : SipProfileEventKind.Disabled, profile);
            else if (!profile.RegistersLike(before) || profile.IsDefault != before.IsDefault) yield return new ProfileChange(SipProfileEventKind.Changed, profile);
        }
    }
}

/// <summary>One change.</summary>
internal readonly record struct ProfileChange(SipProfileEventKind Kind, SipProfile Profile);
