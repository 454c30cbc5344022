using System.CommandLine;
using ModernSip.Cli.Calls;
using ModernSip.Cli.Options;
using ModernSip.Cli.Running;
using ModernSip.Messages;
using ModernSip.Sdp;

namespace ModernSip.Cli.Commands;

/// <summary><c>sip call URI</c>: places calls.</summary>
internal static class CallCommand
{
    private static readonly Argument<SipUri> Target = Values.Uri("URI", "Whom to call.");
    private static readonly Option<TimeSpan?> Hold = Values.Seconds("--hold", "Hang up this long after the answer. Default: when interrupted, or when the peer does.");
    private static readonly Option<TimeSpan?> CancelAfter = Values.Milliseconds("--cancel-after", "Cancel the call if it is not answered by then; one that is answered is held as long as --hold says.");
    private static readonly Option<string?> Offer = Values.Text("--offer", "The session description to offer. Default: plain audio.", "FILE");
    private static readonly Option<bool> LateOffer = Values.Flag("--late-offer", "Let the callee make the offer.");
    private static readonly Option<SipReliableProvisionals?> Reliable = ReliableOption.Create();
    private static readonly Option<TimeSpan?> SessionExpires = Values.Seconds("--session-expires", "Ask for a session timer.");
    private static readonly Option<TimeSpan?> ReinviteAfter = Values.Milliseconds("--reinvite-after", "Send a re-INVITE this long after the answer.");
    private static readonly Option<TimeSpan?> UpdateAfter = Values.Milliseconds("--update-after", "Send an UPDATE this long after the answer.");
    private static readonly Option<SipUri?> Transfer = Values.UriOption("--transfer", "Transfer the call there after the hold.");
    private static readonly Option<bool> Attended = Values.Flag("--attended", "Transfer by a second call.");
    private static readonly Option<SipUri?> Register = Values.UriOption("--register", "Register at this registrar first, and call within the registration.");
    private static readonly Option<bool> Follow = Values.Flag("--follow", "Go after the contacts of a 3xx.");
    private static readonly Option<int?> Count = Values.Number("--count", "How many calls to make. Default: 1.", "N", 1, 1_000_000);
    private static readonly Option<int?> Rate = Values.Number("--rate", "How many calls to begin in a second. Default: 10.", "PER_SECOND", 1, 100_000);
    private static readonly Option<int?> Concurrent = Values.Number("--concurrent", "How many calls may be up at once. Default: all.", "N", 1, 1_000_000);

    public static Command Create()
    {
        var command = new Command("call", "Places a call. Example: sip call sip:bob@example.com --from sip:alice@example.com --hold 10")
        {
            Target, Hold, CancelAfter, Offer, LateOffer, Reliable, SessionExpires, ReinviteAfter, UpdateAfter, Transfer, Attended, Register, Follow, Count, Rate, Concurrent,
        };
        command.Validators.Add(static result => CommonOptions.RequireFrom(result, Register));
        command.Validators.Add(static result =>
        {
            if (result.GetValue(Attended) && result.GetValue(Transfer) is null) result.AddError("--attended needs --transfer.");
            if (result.GetValue(LateOffer) && result.GetValue(Offer) is not null) result.AddError("--offer and --late-offer exclude each other.");
        });
        command.SetAction(static (parsed, _) => Runner.RunAsync(CommonOptions.Read(parsed) with { Calls = parsed.GetValue(Count) ?? 1 }, run => RunAsync(run, parsed)));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed)
    {
        var settings = new OutgoingCallSettings
        {
            Target = parsed.GetRequiredValue(Target),
            Hold = parsed.GetValue(Hold) ?? (parsed.GetValue(Transfer) is null ? null : TimeSpan.Zero),
            CancelAfter = parsed.GetValue(CancelAfter),
            ReinviteAfter = parsed.GetValue(ReinviteAfter),
            UpdateAfter = parsed.GetValue(UpdateAfter),
            Offer = parsed.GetValue(Offer) is { } file ? await ReadOfferAsync(file, run.Stop).ConfigureAwait(false) : null,
            IsLateOffer = parsed.GetValue(LateOffer),
            Transfer = parsed.GetValue(Transfer),
            IsAttended = parsed.GetValue(Attended),
            Follows = parsed.GetValue(Follow),
        };
        var connection = await run.ConnectAsync(SessionOptions.Of(parsed.GetValue(Reliable), parsed.GetValue(SessionExpires))).ConfigureAwait(false);
        using var port = MediaPort.Bind(connection.LocalEndPoints[0].Address);
        run.Ready();
        if (parsed.GetValue(Register) is not { } registrar) return await PlaceAsync(run, parsed, settings, port, connection.CreateInviteDialog).ConfigureAwait(false);

        var kept = await KeptRegistration.StartAsync(run, new SipRegistrationOptions { AddressOfRecord = run.Settings.From.Uri, Registrar = registrar }).ConfigureAwait(false);
        await using var unregistering = kept.ConfigureAwait(false);
        var outcome = await PlaceAsync(run, parsed, settings, port, kept.Registration.CreateInviteDialog).ConfigureAwait(false);
        return outcome with { IsOk = await kept.EndAsync().ConfigureAwait(false) && outcome.IsOk };
    }

    /// <exception cref="LocalFailureException">The file cannot be read, or holds no session description.</exception>
    private static async Task<SipContent> ReadOfferAsync(string file, CancellationToken cancellationToken)
    {
        var octets = await CommandRun.ReadFileAsync(file, cancellationToken).ConfigureAwait(false);
        return SdpSession.TryParse(octets, out _, out var error) ? new SipContent(SipMediaType.Sdp, octets) : throw new LocalFailureException(new FormatException($"{file}: {error}"));
    }

    private static async Task<Outcome> PlaceAsync(CommandRun run, ParseResult parsed, OutgoingCallSettings settings, MediaPort port, Func<SipUri, SipInviteDialog> create)
    {
        var count = parsed.GetValue(Count) ?? 1;
        var series = new CallSeries(run, count, parsed.GetValue(Rate) ?? 10, parsed.GetValue(Concurrent) ?? count);
        return Outcome.Of(await series.RunAsync(() => new OutgoingCallScript(run, settings, port, create).RunAsync()).ConfigureAwait(false));
    }
}
