using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ModernSip.Errors;
using ModernSip.Profiles;
using ModernSip.Profiles.Sqlite;
using ModernSip.Transport;

namespace ModernSip.Tests.Profiles;

[Trait("Req", "C9")]
public sealed class SipSqliteProfileStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modernsip-profiles-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "profiles.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Save_AllSettings_AreReadByAnotherStore()
    {
        var profile = new SipProfile
        {
            Name = "alice", IsEnabled = false, IsDefault = true, AddressOfRecord = "sip:alice@example.com", DisplayName = "Alice", Registrar = "sip:example.com", OutboundProxy = "sip:proxy.example.com",
            Transport = SipTransportProtocol.Tls, LocalAddress = "127.0.0.1", UserName = "al", Password = "gehe\"im", Realm = "example.com", Expires = TimeSpan.FromMinutes(7), InstanceId = "urn:uuid:1",
        };
        await Store().SaveAsync(profile, default);
        (await Store().ReadAllAsync(default)).Should().ContainSingle().Which.Should().BeEquivalentTo(profile);
        typeof(SipProfile).GetProperties().Where(property => property.CanWrite && property.GetValue(profile) is null).Should().BeEmpty("the test sets every property");
    }

    [Fact]
    public async Task Save_Password_DoesNotStandInTheFile()
    {
        await Store().SaveAsync(new SipProfile { Name = "alice", AddressOfRecord = "sip:alice@example.com", Password = "wonderland" }, default);
        foreach (var file in Directory.GetFiles(_folder)) System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).Should().NotContain("wonderland");
    }

    [Fact]
    public async Task SaveAndRemove_ByName_ReplaceAndDelete()
    {
        var store = Store();
        await store.SaveAsync(new SipProfile { Name = "a", AddressOfRecord = "sip:1@example.com" }, default);
        await store.SaveAsync(new SipProfile { Name = "a", AddressOfRecord = "sip:2@example.com" }, default);
        (await store.ReadAllAsync(default)).Should().ContainSingle().Which.AddressOfRecord.Should().Be("sip:2@example.com");
        (await store.RemoveAsync("a", default)).Should().BeTrue();
        (await store.RemoveAsync("a", default)).Should().BeFalse();
        (await store.ReadAllAsync(default)).Should().BeEmpty();
    }

    [Fact]
    public async Task Read_FileIsDamaged_SaysSo()
    {
        await File.WriteAllTextAsync(Path, string.Concat(Enumerable.Repeat("this is no database. ", 200)));
        await ShouldSay(() => Store().ReadAllAsync(default), "damaged");
    }

    [Fact]
    public async Task Save_FileIsLocked_SaysSoAndIsAsBefore()
    {
        await Store().SaveAsync(new SipProfile { Name = "a", AddressOfRecord = "sip:1@example.com" }, default);
        await using (var other = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            await other.OpenAsync();
            await using var locking = other.CreateCommand();
            locking.CommandText = "BEGIN EXCLUSIVE";
            await locking.ExecuteNonQueryAsync();
            await ShouldSay(() => Store().SaveAsync(new SipProfile { Name = "b", AddressOfRecord = "sip:2@example.com" }, default), "locked");
        }

        (await Store().ReadAllAsync(default)).Should().ContainSingle();
    }

    [Fact]
    public async Task Save_DiskIsFull_SaysSoAndIsAsBefore()
    {
        await Store().SaveAsync(new SipProfile { Name = "a", AddressOfRecord = "sip:1@example.com" }, default);
        var store = new SipSqliteProfileStore(Path, new Reversing(), maxPages: 4);
        await ShouldSay(() => store.SaveAsync(new SipProfile { Name = "b", AddressOfRecord = "sip:2@example.com", DisplayName = new string('x', 100_000) }, default), "full");
        (await store.ReadAllAsync(default)).Should().ContainSingle();
    }

    [Fact]
    public async Task Read_KeyIsNotAtHand_NamesTheProfile()
    {
        await Store().SaveAsync(new SipProfile { Name = "alice", AddressOfRecord = "sip:alice@example.com", Password = "secret" }, default);
        await ShouldSay(() => new SipSqliteProfileStore(Path, new Reversing(isLost: true)).ReadAllAsync(default), "'alice'");
    }

    [Fact]
    public async Task Open_FolderDoesNotExist_SaysSo() =>
        await ShouldSay(() => new SipSqliteProfileStore(System.IO.Path.Combine(_folder, "no", "where.db"), new Reversing()).ReadAllAsync(default), "cannot be opened");

    private static async Task ShouldSay(Func<Task> operation, string text) =>
        (await operation.Should().ThrowAsync<SipProfileStoreException>()).Which.Message.Should().Contain(text);

    private SipSqliteProfileStore Store() => new(Path, new Reversing(), TimeSpan.FromSeconds(1));

    /// <summary>No protection, but another text.</summary>
    private sealed class Reversing(bool isLost = false) : ISipSecretProtector
    {
        public string Protect(string secret) => new([.. secret.Reverse()]);

        public string Unprotect(string protectedText) => isLost ? throw new CryptographicException("no key") : new([.. protectedText.Reverse()]);
    }
}
