namespace ModernSip.Load;

/// <summary>What the generator does, and what it is called with.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="GeneratorFile">The generator's scenario; null for SIPp's built-in caller.</param>
/// <param name="ServerFile">SIPp's own server scenario; null for the built-in one.</param>
internal sealed record LoadScenario(string Name, string? GeneratorFile, string? ServerFile)
{
    public static LoadScenario Invite { get; } = new("INVITE/180/200/ACK/BYE", null, null);

    public static LoadScenario Options { get; } = new("OPTIONS/200", "options-uac.xml", "options-uas.xml");

    public string GeneratorArguments => GeneratorFile is null ? "-sn uac" : $"-sf {PathOf(GeneratorFile)}";

    public string ServerArguments => ServerFile is null ? "-sn uas" : $"-sf {PathOf(ServerFile)}";

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Scenarios", file);
}
