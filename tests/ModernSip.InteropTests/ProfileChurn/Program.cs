// Changes, adds and removes profiles of the file that is named, as fast as it can, until it is killed.
using ModernSip.Profiles;
using ModernSip.Profiles.Sqlite;
using ProfileChurn;

var store = new SipSqliteProfileStore(args[0], new Reversed());
for (var revision = 0; ; revision++)
{
    for (var number = 0; number < 10; number++) await store.SaveAsync(Profile($"kept{number}", revision), default);
    if (revision == 0) Console.WriteLine("ready");
    await store.SaveAsync(Profile("passing", revision), default);
    await store.RemoveAsync("passing", default);
}

static SipProfile Profile(string name, int revision) => new() { Name = name, AddressOfRecord = $"sip:{name}@example.com", DisplayName = $"{revision}", Password = $"secret {revision}" };
