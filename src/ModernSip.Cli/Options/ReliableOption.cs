using System.CommandLine;

namespace ModernSip.Cli.Options;

/// <summary><c>--100rel</c>: whether provisional responses are acknowledged (RFC 3262).</summary>
internal static class ReliableOption
{
    public static Option<string?> Create() => new("--100rel")
    {
        Description = "Reliable provisional responses: supported, required or none (default).",
        HelpName = "MODE",
        CustomParser = static result => Values.Text(result) switch
        {
            "none" => "none",
            "supported" or "required" => Values.Wrong<string>(result, "is not supported yet"),
            _ => Values.Wrong<string>(result, "is not supported, required or none"),
        },
    };
}
