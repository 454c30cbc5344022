namespace ModernSip.InteropTests.Peers;

/// <summary>The tables that a presence server keeps its states in: the empty ones that come with Kamailio, copied.</summary>
internal static class PresenceTables
{
    private const string Empty = "/usr/share/kamailio/dbtext/kamailio";

    /// <returns>The folder with the tables.</returns>
    public static string Create(PeerBench bench)
    {
        var folder = Directory.CreateDirectory(Path.Combine(bench.Folder, "tables")).FullName;
        foreach (var table in (string[])["version", "presentity", "active_watchers", "watchers", "xcap", "pua"]) File.Copy(Path.Combine(Empty, table), Path.Combine(folder, table));
        return folder;
    }
}
