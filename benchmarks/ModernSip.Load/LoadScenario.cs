namespace ModernSip.Load;

/// <summary>What is done at a rate: an OPTIONS with its answer, or a call from INVITE to BYE.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Kind">How roles are told.</param>
/// <param name="CallerFile">SIPp's scenario as a caller; null for its built-in one.</param>
/// <param name="ServerFile">SIPp's scenario as a server; null for its built-in one.</param>
internal sealed record LoadScenario(string Name, string Kind, string? CallerFile, string? ServerFile)
{
    public static LoadScenario Invite { get; } = new("INVITE/180/200/ACK/BYE", "invite", null, null);

    public static LoadScenario Options { get; } = new("OPTIONS/200", "options", "options-uac.xml", "options-uas.xml");

    public string CallerArguments => CallerFile is null ? "-sn uac" : $"-sf {PathOf(CallerFile)}";

    public string ServerArguments => ServerFile is null ? "-sn uas" : $"-sf {PathOf(ServerFile)}";

    public static LoadScenario Find(string command) => command.EndsWith("options", StringComparison.Ordinal) ? Options : Invite;

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Scenarios", file);
}
