using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using ModernSip.Errors;

namespace ModernSip.Profiles.Sqlite;

/// <summary>Keeps profiles in a SQLite file. Every change is one transaction on the disk: after a crash it is there as a whole or not at all.</summary>
/// <remarks>Thread-safe; several processes may use one file. Passwords stand in it only as the protector made them.</remarks>
public sealed class SipSqliteProfileStore : ISipProfileStore
{
    private const string Schema = "CREATE TABLE IF NOT EXISTS profile (name TEXT NOT NULL PRIMARY KEY, settings TEXT NOT NULL, secret TEXT) WITHOUT ROWID";
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly string _connectionString;
    private readonly string _preparation;
    private readonly ISipSecretProtector _protector;
    private readonly TimeProvider _time;

    /// <summary>Makes a store; the file is made when it is first used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="protector">Protects the passwords.</param>
    /// <param name="busyTimeout">How long to wait for a file that another process has locked. Default: 5 s.</param>
    /// <param name="maxPages">The most pages of 4,096 octets that the file may have; null for no limit but the disk's.</param>
    /// <param name="time">The clock for looking whether another process has written, every 2 s; null for the system's.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public SipSqliteProfileStore(string path, ISipSecretProtector protector, TimeSpan? busyTimeout = null, int? maxPages = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(protector);
        _protector = protector;
        _preparation = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {(maxPages is { } pages ? $"PRAGMA max_page_count = {pages};" : "")} {Schema}";
        _time = time ?? TimeProvider.System;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = (int)Math.Ceiling((busyTimeout ?? TimeSpan.FromSeconds(5)).TotalSeconds),
            Pooling = false, // a file that is replaced or repaired is seen by the next call
        }.ToString();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SipProfile>> ReadAllAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyList<SipProfile>>(
        "read",
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT name, settings, secret FROM profile ORDER BY name";
            using var rows = command.ExecuteReader();
            var profiles = new List<SipProfile>();
            while (rows.Read()) profiles.Add(Read(rows.GetString(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
            return profiles;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(SipProfile profile, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentException.ThrowIfNullOrWhiteSpace(profile.Name, nameof(profile));
        return RunAsync(
            "written",
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "INSERT INTO profile (name, settings, secret) VALUES ($name, $settings, $secret) ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, secret = excluded.secret";
                command.Parameters.AddWithValue("$name", profile.Name);
                command.Parameters.AddWithValue("$settings", JsonSerializer.Serialize(StoredProfile.Of(profile), StoredProfileJson.Default.StoredProfile));
                command.Parameters.AddWithValue("$secret", profile.Password is { } password ? _protector.Protect(password) : DBNull.Value);
                return command.ExecuteNonQuery();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => RunAsync(
        "written",
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM profile WHERE name = $name";
            command.Parameters.AddWithValue("$name", name);
            return command.ExecuteNonQuery() > 0;
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Changes made by other processes and by other stores of this process are seen, every two seconds, and the ones made through this store as well.</remarks>
    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        var before = await FingerprintAsync(cancellationToken).ConfigureAwait(false);
        do await Task.Delay(PollInterval, _time, cancellationToken).ConfigureAwait(false);
        while (await FingerprintAsync(cancellationToken).ConfigureAwait(false) == before);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = _preparation;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        5 or 6 => "it is locked by another process",
        13 => "the disk is full",
        11 or 26 => "the file is damaged",
        8 => "the file is read-only",
        14 => "the file cannot be opened",
        _ => exception.Message,
    };

    private SipProfile Read(string name, string settings, string? secret)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(settings, StoredProfileJson.Default.StoredProfile) ?? throw new JsonException("The settings are empty.");
            return stored.ToProfile(name, secret is null ? null : _protector.Unprotect(secret));
        }
        catch (CryptographicException exception)
        {
            throw new SipProfileStoreException($"The password of profile '{name}' cannot be read: the key that protected it is not at hand.", exception);
        }
        catch (JsonException exception)
        {
            throw new SipProfileStoreException($"The settings of profile '{name}' are damaged.", exception);
        }
    }

    /// <summary>What differs after each change; null while the file cannot be read, which the next reading says better.</summary>
    private async Task<string?> FingerprintAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(
                "read",
                static connection =>
                {
                    using var command = connection.CreateCommand();
                    command.CommandText = "SELECT count(*) || '/' || coalesce(group_concat(name || settings || coalesce(secret, ''), '/'), '') FROM (SELECT * FROM profile ORDER BY name)";
                    return Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes((string)command.ExecuteScalar()!))); // an aggregate always gives a row
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (SipProfileStoreException)
        {
            return null;
        }
    }

    /// <summary>SQLite has no asynchronous calls: it works on the pool, so that nobody's thread waits for a disk.</summary>
    private Task<T> RunAsync<T>(string done, Func<SqliteConnection, T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using var connection = Open();
                return work(connection);
            }
            catch (SqliteException exception)
            {
                throw new SipProfileStoreException($"The profiles cannot be {done}: {Explain(exception)}.", exception);
            }
        },
        cancellationToken);
}
