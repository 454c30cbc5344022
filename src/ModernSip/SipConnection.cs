using System.Net;
using System.Runtime.CompilerServices;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Registrations;
using ModernSip.Stack;
using ModernSip.Stack.Connections;

namespace ModernSip;

/// <summary>The use of one access point: a local address that requests leave from and arrive at. Not a socket: connections at one address share them.</summary>
/// <remarks>
/// Safe to use from any thread. What was made with it ends, with one <see cref="SipConnectionClosedException"/>, when it is disposed and when its network is
/// lost; it becomes active again by itself when the network is back, and registrations and dialogs are then made anew.
/// </remarks>
public sealed class SipConnection : IAsyncDisposable
{
    private readonly ConnectionContext _context;
    private readonly SharedStack _stack;

    internal SipConnection(ConnectionContext context, SharedStack stack)
    {
        _context = context;
        _stack = stack;
    }

    /// <summary>Where the connection stands. It follows the network: the interface that goes down, or loses its address, and comes back.</summary>
    public SipConnectionState State => StateOf(_context.Standing.Phase);

    /// <summary>Why the connection is inactive or unavailable; null while it is neither, and where it was disposed.</summary>
    public Exception? Error => _context.Standing.Error;

    /// <summary>The bound addresses, each once. They may be others after the network was lost and came back.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => EndPointsOf(_context);

    /// <summary>The states that follow on the present one, as they come. Any number may read.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The stream; it begins with the first change after this call, and ends with <see cref="SipConnectionState.Unavailable"/>.</returns>
    public IAsyncEnumerable<SipConnectionState> StateChangesAsync(CancellationToken cancellationToken = default)
    {
        return ReadAsync(_context.Standing.ChangesAsync(cancellationToken), cancellationToken);

        static async IAsyncEnumerable<SipConnectionState> ReadAsync(IAsyncEnumerable<ConnectionPhase> changes, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var phase in changes.WithCancellation(cancellationToken).ConfigureAwait(false)) yield return StateOf(phase);
        }
    }

    /// <summary>Waits until the connection is in a state; at once where it is.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipConnectionClosedException">The connection is unavailable and will never be in that state.</exception>
    public Task WaitForStateAsync(SipConnectionState state, CancellationToken cancellationToken = default)
    {
        return AwaitAsync(_context.Standing.WaitForAsync(PhaseOf(state), cancellationToken), _context.AccessPoint.Local);

        static async Task AwaitAsync(Task<bool> waiting, LocalPoint place)
        {
            if (!await waiting.ConfigureAwait(false)) throw new SipConnectionClosedException("The connection is closed.").Concerning(nameof(WaitForStateAsync), place);
        }
    }

    /// <summary>Binds the sockets of an inactive connection anew and takes it back to <see cref="SipConnectionState.Active"/>, without waiting for the network to tell that it is back. An active connection is left as it is.</summary>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="SipTransportException">The network is still not there, or the address cannot be bound; the connection stays inactive.</exception>
    /// <exception cref="InvalidOperationException">The connection is suspended.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _stack.RefreshAsync(_context, cancellationToken);

    /// <summary>Sets the connection aside: nothing new can be sent on it, and peers hear 480 in place of the application. What is under way goes on.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="InvalidOperationException">The connection is inactive.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task SuspendAsync(CancellationToken cancellationToken = default) => ApplyAsync(ConnectionInput.Suspend, cancellationToken);

    /// <summary>Takes a suspended connection up again.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="InvalidOperationException">The connection is inactive.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => ApplyAsync(ConnectionInput.Resume, cancellationToken);

    /// <summary>Sends a request outside of dialogs: OPTIONS, MESSAGE, INFO, PUBLISH, or a method of one's own.</summary>
    /// <param name="request">The request; it is copied. From, To, Call-ID, CSeq and the like are filled in where they are absent.</param>
    /// <param name="cancellationToken">Stops the waiting for responses, not the request.</param>
    /// <returns>The responses; the request is already on its way.</returns>
    /// <exception cref="ArgumentException">INVITE, ACK, BYE and CANCEL belong to dialogs.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    /// <exception cref="SipTransportException">The connection is inactive or suspended.</exception>
    public SipClientTransaction SendAsync(SipRequest request, CancellationToken cancellationToken = default)
    {
        _context.ThrowIfNotActive();
        return SendOutsideDialogsAsync(_context.Sending, request, cancellationToken);
    }

    /// <summary>Registers an address of record and keeps it registered (RFC 3261 §10.2).</summary>
    /// <param name="options">What to register.</param>
    /// <param name="cancellationToken">Stops the waiting for the registrar's answer.</param>
    /// <returns>The registration, active.</returns>
    /// <exception cref="ArgumentException">The options lack the address of record, or are contradictory.</exception>
    /// <exception cref="SipForbiddenException">The registrar's challenge was not met.</exception>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    /// <exception cref="SipTransportException">The connection is inactive or suspended, or the registrar cannot be reached.</exception>
    public Task<SipRegistration> RegisterAsync(SipRegistrationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        _context.ThrowIfNotActive();
        var settings = RegistrationOptionsReader.Read(options, _context);
        var sending = new SendingContext(_context)
        {
            From = settings.AddressOfRecord,
            Contact = settings.Contacts[0],
        };
        if (options.OutboundProxy is { } proxy) sending = sending with { Routes = [Routes.Loose(proxy)] };
        sending = sending with
        {
            Credentials = options.Credentials.Count == 0
                ? sending.Credentials with { AddressOfRecord = settings.AddressOfRecord.Uri }
                : new CredentialScope($"{sending.Credentials.Account} {_context.Platform.Random.NextToken(16)}", settings.AddressOfRecord.Uri, [.. options.Credentials.Select(static credentials => credentials.Copy())]),
        };
        sending = sending with { OffersSecurityAgreement = settings.OffersSecurityAgreement };
        IReadOnlyList<SipUri> proxies = [.. options.OutboundProxies];
        var flows = new RegistrationFlows(1 + proxies.Count, MakeFlow, _context.Platform.Continuations);
        var registration = new SipRegistration(sending, settings, flows, options.PreferTemporaryGruu);
        return registration.StartAsync(options.RegisterInBackground, options.WatchRegistrar, cancellationToken);

        // The first flow goes by the usual proxy, each other one by a proxy of its own. Without outbound, each REGISTER looks up anew.
        RegistrationFlow MakeFlow(int index, RegistrationFlows all)
        {
            var outbound = settings.Outbound is null ? null : new OutboundFlow(index + 1, new KeptFlow());
            var (own, context) = (settings with { Outbound = outbound }, index == 0 ? sending : sending with { Routes = [Routes.Loose(proxies[index - 1])] });
            return new RegistrationFlow(context, own, new RegistrationAgent(outbound is null ? context : context with { KeptFlow = outbound.Kept }, own, all));
        }
    }

    /// <summary>Asks a registrar for the bindings of an address of record, changing none (RFC 3261 §10.2.3).</summary>
    /// <param name="addressOfRecord">The address of record.</param>
    /// <param name="registrar">The registrar; default: the host of the address of record.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipForbiddenException">The registrar's challenge was not met.</exception>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    public Task<IReadOnlyList<SipNameAddress>> FetchBindingsAsync(SipUri addressOfRecord, SipUri? registrar = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addressOfRecord);
        var request = new SipRequest(SipMethod.Register, registrar ?? RegistrationOptionsReader.RegistrarOf(addressOfRecord));
        request.Headers.To = new SipNameAddress(addressOfRecord);
        request.Headers.From = request.Headers.To;
        return ReadBindingsAsync(SendAsync(request, cancellationToken));
    }

    /// <summary>Subscribes to somebody's events and keeps the subscription (RFC 6665 §4.1.2).</summary>
    /// <param name="options">What to subscribe to.</param>
    /// <param name="cancellationToken">Stops the waiting for the notifier's answer, and the subscription with it.</param>
    /// <returns>The subscription, accepted.</returns>
    /// <exception cref="ArgumentException">The options lack the target or the event package, or are out of range.</exception>
    /// <exception cref="SipForbiddenException">A challenge was not met.</exception>
    /// <exception cref="SipResponseException">The notifier refused.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<SipSubscription> SubscribeAsync(SipSubscriptionOptions options, CancellationToken cancellationToken = default) =>
        EventStarts.SubscribeAsync(_context.Sending, options, cancellationToken);

    /// <summary>Asks somebody, outside of any call, to call somebody else (RFC 3515, RFC 7647), as a click-to-dial service does.</summary>
    /// <param name="recipient">Who is asked.</param>
    /// <param name="target">Whom to call.</param>
    /// <param name="options">More about it; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting for the answer.</param>
    /// <returns>What was accepted: how it goes on is a stream.</returns>
    /// <exception cref="SipForbiddenException">A challenge was not met.</exception>
    /// <exception cref="SipResponseException">It was refused.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    /// <exception cref="SipTransportException">The connection is inactive or suspended.</exception>
    public Task<SipTransfer> ReferAsync(SipUri recipient, SipUri target, SipTransferOptions? options = null, CancellationToken cancellationToken = default) =>
        TransferStarts.OutsideDialogsAsync(_context.Sending, recipient, target, options, cancellationToken);

    /// <summary>Publishes a state and keeps it published (RFC 3903 §4).</summary>
    /// <param name="options">What to publish.</param>
    /// <param name="content">The state.</param>
    /// <param name="cancellationToken">Stops the waiting for the answer.</param>
    /// <returns>The publication, accepted.</returns>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="SipForbiddenException">A challenge was not met.</exception>
    /// <exception cref="SipResponseException">It was refused.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<SipPublication> PublishAsync(SipPublicationOptions options, SipContent content, CancellationToken cancellationToken = default) =>
        EventStarts.PublishAsync(_context.Sending, options, content, cancellationToken);

    /// <summary>The security mechanism that was agreed with a next hop (RFC 3329): "digest" or "tls"; null where none was. Which ones there are: <see cref="SipSecurityMechanism.Known"/>.</summary>
    /// <param name="hop">The hop: the outbound proxy as it stands in Route, or the registrar.</param>
    public string? FindAgreedSecurity(SipUri hop)
    {
        ArgumentNullException.ThrowIfNull(hop);
        return _context.Security.MechanismFor(hop);
    }

    /// <summary>Prepares a call; nothing is sent before <see cref="SipInviteDialog.SendInviteAsync"/>.</summary>
    /// <param name="remoteUri">Whom to call.</param>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    /// <exception cref="SipTransportException">The connection is inactive or suspended.</exception>
    public SipInviteDialog CreateInviteDialog(SipUri remoteUri)
    {
        ArgumentNullException.ThrowIfNull(remoteUri);
        _context.ThrowIfNotActive();
        return new SipInviteDialog(_context.Sending, remoteUri);
    }

    /// <summary>Calls somebody and waits for the answer, for those who want no protocol.</summary>
    /// <param name="remoteUri">Whom to call.</param>
    /// <param name="offer">This side's session description.</param>
    /// <param name="cancellationToken">Gives the call up until it is answered: CANCEL goes out. Afterwards <see cref="SipCall.HangUpAsync"/> ends it.</param>
    /// <returns>The call, answered and acknowledged. What other forks answer is hung up by the stack.</returns>
    /// <exception cref="ArgumentException">The session description is malformed, or no legal offer.</exception>
    /// <exception cref="SipResponseException">The call was refused: busy, declined, not found …</exception>
    /// <exception cref="SipForbiddenException">A challenge was not met.</exception>
    /// <exception cref="SipTimeoutException">Nobody answered in time.</exception>
    /// <exception cref="SipResolutionException">The callee's domain has no address.</exception>
    /// <exception cref="SipTransportException">The callee cannot be reached, or the connection is inactive or suspended.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or was lost.</exception>
    public Task<SipCall> CallAsync(SipUri remoteUri, SipContent offer, CancellationToken cancellationToken = default) => CallAsync(remoteUri, offer, null, cancellationToken);

    /// <summary>Calls somebody with options, for example to hear of the ringing: see <see cref="CallAsync(SipUri, SipContent, CancellationToken)"/>.</summary>
    /// <param name="remoteUri">Whom to call.</param>
    /// <param name="offer">This side's session description.</param>
    /// <param name="options">What the call is to do beyond the usual; null for nothing.</param>
    /// <param name="cancellationToken">Gives the call up until it is answered.</param>
    public Task<SipCall> CallAsync(SipUri remoteUri, SipContent offer, SipCallOptions? options, CancellationToken cancellationToken = default) =>
        SipCall.StartAsync(CreateInviteDialog(remoteUri), offer, options, cancellationToken);

    /// <summary>Gives each incoming call to a handler. The call ends when the handler's task does: what it has not answered is refused with 480, what is up is hung up.</summary>
    /// <param name="handler">
    /// The handler; calls are handled at the same time, never on a thread of the stack. Its token fires when the caller cancels or hangs up, when the connection ends, and when what this
    /// method returned is disposed. What it throws is logged, and refuses the call with 500 or hangs up.
    /// </param>
    /// <returns>Disposing it takes no further calls, ends those that are handled and waits for their handlers; so dispose it outside of them.</returns>
    /// <remarks>Other requests go to <see cref="IncomingAsync"/> as before, which then sees no calls.</remarks>
    /// <exception cref="InvalidOperationException">The connection's calls have a handler already.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public IAsyncDisposable OnInvite(Func<SipIncomingInvite, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _context.ThrowIfClosed();
        return new InviteHandling(_context, handler);
    }

    /// <summary>The requests outside of dialogs that peers send, for one reader: <see cref="SipIncomingInvite"/> for calls. Before the first call the stack answers by itself.</summary>
    /// <param name="cancellationToken">Ends the reading: from then on the stack answers by itself again.</param>
    /// <returns>The stream; it ends with the connection.</returns>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public IAsyncEnumerable<SipIncomingRequest> IncomingAsync(CancellationToken cancellationToken = default)
    {
        _context.ThrowIfClosed();
        return ReadAsync(_context.BeginListening(), cancellationToken);
    }

    /// <summary>Sends an incoming request on to another element and its responses back, as a proxy does (RFC 3261 §16).</summary>
    /// <param name="incoming">The request; it must not have been answered. A CANCEL of it is passed on too.</param>
    /// <param name="target">The Request-URI to send it on with.</param>
    /// <param name="cancellationToken">Stops the waiting, not the forwarding.</param>
    /// <returns>
    /// The final response that was passed back; the stack's own where none came. A 408, also one of the next element, is passed back to an INVITE only: to anything else there is
    /// then no response (RFC 4320 §4.2).
    /// </returns>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<SipResponse> ForwardAsync(SipIncomingRequest incoming, SipUri target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(incoming);
        ArgumentNullException.ThrowIfNull(target);
        _context.ThrowIfNotActive();
        return Forwarding.Start(incoming.Incoming, target).Final.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the connection. What was made with it ends with <see cref="SipConnectionClosedException"/>.</summary>
    public async ValueTask DisposeAsync() => await _stack.CloseAsync(_context).ConfigureAwait(false);

    internal static SipClientTransaction SendOutsideDialogsAsync(SendingContext context, SipRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Method == SipMethod.Invite || request.Method == SipMethod.Ack || request.Method == SipMethod.Bye || request.Method == SipMethod.Cancel)
        {
            throw new ArgumentException($"{request.Method} belongs to a dialog: see CreateInviteDialog.", nameof(request));
        }

        cancellationToken.ThrowIfCancellationRequested();
        context.ThrowIfUnusable(nameof(SendAsync));
        var prepared = context.Prepare(request);
        var user = new SimpleRequest(context);
        OutgoingRequest.Start(context, prepared, user);
        return new SipClientTransaction(prepared, user.Responses, cancellationToken);
    }

    internal static SipConnectionStatus StatusOf(ConnectionContext context) => new(
        context.Settings.Account,
        StateOf(context.Standing.Phase),
        context.Standing.Error,
        EndPointsOf(context),
        [.. context.Registrations.Keys.Select(static one => new SipRegistrationStatus(one.AddressOfRecord, one.IsActive, one.Refresh)).OrderBy(static one => one.AddressOfRecord.ToString(), StringComparer.Ordinal)]);

    private static IReadOnlyList<IPEndPoint> EndPointsOf(ConnectionContext context) => [.. context.AccessPoint.Bindings.Select(static binding => binding.LocalEndPoint).Where(static endPoint => endPoint.Port != 0).Distinct()];

    private static SipConnectionState StateOf(ConnectionPhase phase) => phase switch
    {
        ConnectionPhase.Opening => SipConnectionState.Initializing,
        ConnectionPhase.Active => SipConnectionState.Active,
        ConnectionPhase.Suspended => SipConnectionState.Suspended,
        ConnectionPhase.Inactive => SipConnectionState.Inactive,
        _ => SipConnectionState.Unavailable,
    };

    private static ConnectionPhase PhaseOf(SipConnectionState state) => state switch
    {
        SipConnectionState.Initializing => ConnectionPhase.Opening,
        SipConnectionState.Active => ConnectionPhase.Active,
        SipConnectionState.Suspended => ConnectionPhase.Suspended,
        SipConnectionState.Inactive => ConnectionPhase.Inactive,
        SipConnectionState.Unavailable => ConnectionPhase.Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "It is no state of a connection."),
    };

    private static async Task<IReadOnlyList<SipNameAddress>> ReadBindingsAsync(SipClientTransaction transaction)
    {
        var response = await transaction.FinalAsync().ConfigureAwait(false);
        return response.EnsureSuccess().Headers.GetAll(SipHeaderNames.Contact);
    }

    private Task ApplyAsync(ConnectionInput input, CancellationToken cancellationToken, [CallerMemberName] string operation = "")
    {
        cancellationToken.ThrowIfCancellationRequested();
        _context.ThrowIfClosed(operation);
        return _context.Standing.Apply(input, null, out _) ? Task.CompletedTask : throw new InvalidOperationException($"The connection is {State}.");
    }

    private async IAsyncEnumerable<SipIncomingRequest> ReadAsync(object reading, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var incoming in _context.Incoming.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return SipIncomingRequest.Of(incoming);
            }
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested) _context.Listening.End(reading);
        }
    }
}
