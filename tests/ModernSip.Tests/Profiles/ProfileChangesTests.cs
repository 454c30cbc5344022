using ModernSip.Profiles;

namespace ModernSip.Tests.Profiles;

public sealed class ProfileChangesTests
{
    [Fact]
    public void Between_TwoReadings_NamesWhatWasDone()
    {
        var known = new[] { Profile("same"), Profile("gone"), Profile("edited"), Profile("off"), Profile("on", isEnabled: false), Profile("default") };
        var read = new[] { Profile("same"), Profile("edited"), Profile("off", isEnabled: false), Profile("on"), Profile("new"), Profile("default") };
        read[1].Password = "another";
        read[5].IsDefault = true;
        ProfileChanges.Between(ByName(known), ByName(read)).Select(static change => (change.Kind, change.Profile.Name)).Should().BeEquivalentTo(
        [
            (SipProfileEventKind.Removed, "gone"), (SipProfileEventKind.Changed, "edited"), (SipProfileEventKind.Disabled, "off"),
            (SipProfileEventKind.Enabled, "on"), (SipProfileEventKind.Created, "new"), (SipProfileEventKind.Changed, "default"),
        ]);
    }

    [Fact]
    public void ToString_WithPassword_DoesNotShowIt() => new SipProfile { Name = "a", Password = "secret" }.ToString().Should().NotContain("secret");

    private static SipProfile Profile(string name, bool isEnabled = true) => new() { Name = name, AddressOfRecord = "sip:a@example.com", IsEnabled = isEnabled };

    private static Dictionary<string, SipProfile> ByName(IEnumerable<SipProfile> profiles) => profiles.ToDictionary(static profile => profile.Name);
}
