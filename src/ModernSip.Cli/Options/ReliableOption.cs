using System.CommandLine;
using System.CommandLine.Parsing;

namespace ModernSip.Cli.Options;

/// <summary><c>--100rel</c>: whether provisional responses are acknowledged (RFC 3262).</summary>
internal static class ReliableOption
{
    public static Option<SipReliableProvisionals?> Create() => new("--100rel")
    {
        Description = "Reliable provisional responses: supported (default), required or none.",
        HelpName = "MODE",
        CustomParser = static result => Values.Text(result) switch
        {
            "none" => SipReliableProvisionals.None,
            "supported" => SipReliableProvisionals.Supported,
            "required" => SipReliableProvisionals.Required,
            _ => Wrong(result),
        },
    };

    private static SipReliableProvisionals? Wrong(ArgumentResult result)
    {
        Values.Wrong<string>(result, "is not supported, required or none");
        return null;
    }
}
