using System.CommandLine;
using ModernSip.Cli.Calls;
using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip register AOR</c>: registers, keeps it for a while, and unregisters.</summary>
internal static class RegisterCommand
{
    private static readonly Argument<SipUri> AddressOfRecord = Values.Uri("AOR", "The address of record.");
    private static readonly Option<SipUri?> Registrar = Values.UriOption("--registrar", "The registrar. Default: the host of the address of record.");
    private static readonly Option<int?> Expires = Values.Number("--expires", "How long the binding shall hold. Default: 3600.", "S", 1, int.MaxValue);
    private static readonly Option<bool> NoExpires = Values.Flag("--no-expires", "Leave the time to the registrar.");
    private static readonly Option<bool> CacheProxy = Values.Flag("--cache-proxy", "Look the proxy up with each REGISTER only, not with every request.");
    private static readonly Option<SipNameAddress?> Contact = Values.AddressOption("--contact", "The contact to bind. Default: this side's own address.");
    private static readonly Option<TimeSpan?> Keep = Values.Seconds("--keep", "Stay registered so long, refreshing. Default: not at all.");
    private static readonly Option<bool> NoUnregister = Values.Flag("--no-unregister", "Leave the binding at the registrar.");
    private static readonly Option<bool> Fetch = Values.Flag("--fetch", "Only list the bindings.");
    private static readonly Option<bool> SecurityAgreement = Values.Flag("--sec-agree", "Offer Security-Client (RFC 3329).");

    public static Command Create()
    {
        var command = new Command("register", "Registers an address of record. Example: sip register sip:alice@example.com --user alice --password secret --keep 60")
        {
            AddressOfRecord, Registrar, Expires, NoExpires, CacheProxy, Contact, Keep, NoUnregister, Fetch, SecurityAgreement,
        };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(NoExpires) && result.GetValue(Expires) is not null) result.AddError("--expires and --no-expires exclude each other.");
        });
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed), run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        await run.ConnectAsync().ConfigureAwait(false);
        run.Ready();
        if (parsed.GetValue(Fetch)) return await FetchAsync(run, parsed).ConfigureAwait(false);

        var options = new SipRegistrationOptions
        {
            AddressOfRecord = parsed.GetRequiredValue(AddressOfRecord),
            Registrar = parsed.GetValue(Registrar),
            Contact = parsed.GetValue(Contact),
            Expires = TimeSpan.FromSeconds(parsed.GetValue(Expires) ?? 3600),
            SendExpires = !parsed.GetValue(NoExpires),
            CacheOutboundProxyAddress = parsed.GetValue(CacheProxy),
            UseSecurityAgreement = parsed.GetValue(SecurityAgreement),
            UnregisterOnDispose = !parsed.GetValue(NoUnregister),
        };
        var kept = await KeptRegistration.StartAsync(run, options).ConfigureAwait(false);
        await using var unregistering = kept.ConfigureAwait(false);
        try
        {
            await kept.Ended.WaitAsync(parsed.GetValue(Keep) ?? TimeSpan.Zero, run.Time, run.Stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // Kept for as long as it was to be.
        }

        return new Outcome(await kept.EndAsync().ConfigureAwait(false));
    }

    private static async Task<Outcome> FetchAsync(CommandRun run, ParseResult parsed)
    {
        var bindings = await run.Connection.FetchBindingsAsync(parsed.GetRequiredValue(AddressOfRecord), parsed.GetValue(Registrar), run.Stop).ConfigureAwait(false);
        run.Emit(new RegistrationEvent(bindings.Count > 0 ? "active" : "inactive", null, EventsOf.Uris(bindings)));
        return new Outcome(IsOk: true);
    }
}
