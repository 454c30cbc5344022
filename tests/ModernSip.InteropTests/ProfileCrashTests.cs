using System.Diagnostics;
using ModernSip.Profiles;
using ModernSip.Profiles.Sqlite;

namespace ModernSip.InteropTests;

/// <summary>A process that is killed in the middle of its changes loses no profile, and leaves none half changed.</summary>
public sealed class ProfileCrashTests : IDisposable
{
    private const int Kills = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("modernsip-churn-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact, Trait("Req", "C9")]
    public async Task Kill_InTheMiddleOfChanges_LosesNoProfile()
    {
        var file = Path.Combine(_folder, "profiles.db");
        for (var kill = 0; kill < Kills; kill++)
        {
            await ChurnAndKillAsync(file, changes: kill * 3);
            var profiles = await new SipSqliteProfileStore(file, new Reversed()).ReadAllAsync(default);
            profiles.Select(static profile => profile.Name).Where(static name => name != "passing").Should().Equal(Enumerable.Range(0, 10).Select(static number => $"kept{number}"), "of kill {0}", kill);
            profiles.Should().OnlyContain(static profile => profile.Password == "secret " + profile.DisplayName && profile.IsEnabled, "settings and password change together");
        }
    }

    /// <summary>Lets the program make some changes more after its first round, seen in the file, and kills it wherever it is then.</summary>
    private static async Task ChurnAndKillAsync(string file, int changes)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "ProfileChurn", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "ProfileChurn.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, file]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            (await process.StandardOutput.ReadLineAsync(deadline.Token)).Should().Be("ready");
            var store = new SipSqliteProfileStore(file, new Reversed());
            for (var seen = 0; seen < changes; seen++) await store.ReadAllAsync(deadline.Token); // another user of the file meanwhile; its pace decides when the kill comes
        }
        finally
        {
            process.Kill(); // SIGKILL: nothing is flushed, nothing is closed
            await process.WaitForExitAsync();
        }
    }

    private sealed class Reversed : ISipSecretProtector
    {
        public string Protect(string secret) => new([.. secret.Reverse()]);

        public string Unprotect(string protectedText) => new([.. protectedText.Reverse()]);
    }
}
