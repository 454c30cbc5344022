namespace ModernSip.InteropTests.Peers;

/// <summary>What SIPp plays: a scenario built into it, or one of the folder Scenarios.</summary>
internal readonly record struct SippScenario
{
    private SippScenario(string name, string[] arguments) => (Name, Arguments) = (name, arguments);

    public string Name { get; }

    public IReadOnlyList<string> Arguments { get; }

    public static SippScenario BuiltIn(string name) => new($"built-in {name}", ["-sn", name]);

    public static SippScenario Own(string name) =>
        new(name, ["-sf", Path.Combine(AppContext.BaseDirectory, "Scenarios", $"{name}.xml")]);
}
