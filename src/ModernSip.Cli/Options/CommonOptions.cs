using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Cli.Options;

/// <summary>The options that every command takes.</summary>
internal static class CommonOptions
{
    private static readonly Option<string?> Local = new("--local")
    {
        Description = "The local address or interface to bind; port 0 or none takes a free one.",
        HelpName = "HOST[:PORT]",
        CustomParser = static result => IsInterface(Values.Text(result)) ? Values.Text(result) : ParseEndPoint(result),
    };

    private static readonly Option<string?> Transport = new("--transport")
    {
        Description = "The transport where the URI leaves it open: udp (default), tcp, tls, ws or wss.",
        HelpName = "NAME",
        CustomParser = static result => Values.Text(result) switch
        {
            "udp" or "tcp" or "tls" or "ws" or "wss" => Values.Text(result),
            _ => Values.Wrong<string>(result, "is no transport"),
        },
    };

    private static readonly Option<SipNameAddress?> From = Values.AddressOption("--from", "The address of record; anonymous where it is absent.");
    private static readonly Option<SipUri?> Proxy = Values.UriOption("--proxy", "The outbound proxy.");
    private static readonly Option<string?> User = Values.Text("--user", "The user name for challenges.", "NAME");
    private static readonly Option<string?> Password = Values.Text("--password", "The password; better in the environment as SIP_PASSWORD.", "SECRET");
    private static readonly Option<string?> Realm = Values.Text("--realm", "The only realm that the password is for.", "R");

    private static readonly Option<string[]> Header = new("--header")
    {
        Description = "One more header field of the requests sent; may be given again.",
        HelpName = "'Name: value'",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string?> TlsAuthority = Values.Text("--tls-ca", "Trust the certificate authorities in this PEM file, and no others.", "FILE");
    private static readonly Option<bool> Insecure = Values.Flag("--insecure", "Verify no certificate at all: whoever is on the way can read and change everything.");
    private static readonly Option<string?> Dns = new("--dns")
    {
        Description = "The DNS server to ask, in place of those of the system.",
        HelpName = "HOST:PORT",
        CustomParser = ParseEndPoint,
    };

    private static readonly Option<int?> T1 = Values.Number("--t1", "Timer T1; T2 becomes 8*T1 and T4 10*T1. Default: 500.", "MS", 10, 10_000);
    private static readonly Option<TimeSpan?> Timeout = Values.Seconds("--timeout", "Give up the whole command after this long.");
    private static readonly Option<bool> Json = Values.Flag("--json", "Print events as JSON lines.");
    private static readonly Option<bool> Trace = Values.Flag("--trace", "Print every SIP message sent and received to standard error.");
    private static readonly Option<bool> Verbose = Values.Flag("-v", "Log what the stack does to standard error.");
    private static readonly Option<bool> VeryVerbose = Values.Flag("-vv", "Log more.");

    public static void AddTo(RootCommand root)
    {
        Option[] all =
        [
            Local, Transport, From, Proxy, User, Password, Realm, Header, TlsAuthority, Insecure, Dns, T1, Timeout, Json, Trace, Verbose, VeryVerbose,
        ];
        foreach (var option in all)
        {
            option.Recursive = true;
            root.Add(option);
        }

        Header.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens)
            {
                if (TrySplitHeader(token.Value) is null) result.AddError($"--header: '{token.Value}' is no header field: write 'Name: value'.");
            }
        });
        User.Validators.Add(static result =>
        {
            if (!result.Implicit && PasswordOf(result.GetValue(Password)) is null) result.AddError("--user: a password is missing: --password or SIP_PASSWORD.");
        });
    }

    public static CommonSettings Read(ParseResult parsed)
    {
        var from = parsed.GetValue(From) ?? SipNameAddress.Parse("<sip:anonymous@anonymous.invalid>");
        return new CommonSettings
        {
            Local = parsed.GetValue(Local),
            Transport = parsed.GetValue(Transport) is { } transport ? Enum.Parse<SipTransportProtocol>(transport, ignoreCase: true) : SipTransportProtocol.Udp,
            TlsAuthority = parsed.GetValue(TlsAuthority),
            Insecure = parsed.GetValue(Insecure),
            From = from,
            Proxy = parsed.GetValue(Proxy),
            Credentials = ReadCredentials(parsed, from),
            Realm = parsed.GetValue(Realm),
            Headers = [.. (parsed.GetValue(Header) ?? []).Select(static text => TrySplitHeader(text)!.Value)],
            Dns = parsed.GetValue(Dns),
            T1 = parsed.GetValue(T1) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            Timeout = parsed.GetValue(Timeout),
            Json = parsed.GetValue(Json),
            Trace = parsed.GetValue(Trace),
            LogLevel = parsed.GetValue(VeryVerbose) ? LogLevel.Debug : parsed.GetValue(Verbose) ? LogLevel.Information : LogLevel.Error,
        };
    }

    /// <summary>Refuses a command that needs an identity and was given none.</summary>
    public static void RequireFrom(CommandResult result, Option<SipUri?> reason)
    {
        if (result.GetValue(reason) is not null && result.GetValue(From) is null) result.AddError($"{reason.Name}: --from must say the address of record to register.");
    }

    private static string? ParseEndPoint(ArgumentResult result)
    {
        var text = Values.Text(result);
        if (text.StartsWith("localhost", StringComparison.OrdinalIgnoreCase)) text = $"127.0.0.1{text["localhost".Length..]}";
        return IPEndPoint.TryParse(text, out _) ? text : Values.Wrong<string>(result, "is no IP address with or without a port");
    }

    private static bool IsInterface(string text)
    {
        var names = SipNetworkMonitor.System.GetInterfaces().Select(static one => one.Name).ToList();
        return names.Contains(text) || (text.LastIndexOf(':') is var colon and > 0 && ushort.TryParse(text.AsSpan(colon + 1), out _) && names.Contains(text[..colon]));
    }

    private static SipCredentials? ReadCredentials(ParseResult parsed, SipNameAddress from)
    {
        var user = parsed.GetValue(User) ?? from.Uri.User;
        var isGiven = parsed.GetValue(User) is not null || parsed.GetValue(Password) is not null;
        return isGiven && user is not null && PasswordOf(parsed.GetValue(Password)) is { } password ? new SipCredentials(user, password, parsed.GetValue(Realm)) : null;
    }

    private static string? PasswordOf(string? option) => option ?? Environment.GetEnvironmentVariable("SIP_PASSWORD");

    private static KeyValuePair<string, string>? TrySplitHeader(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return null;
        var (name, value) = (text[..colon].Trim(), text[(colon + 1)..].Trim());
        try
        {
            new Messages.Headers.SipHeaders().Add(name, value);
            return new KeyValuePair<string, string>(name, value);
        }
        catch (ArgumentException)
        {
            return null; // no token, or a line break in the value
        }
    }
}
