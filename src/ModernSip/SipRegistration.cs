using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Registrations;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>A binding of an address of record at a registrar, kept until it is disposed (RFC 3261 §10).</summary>
/// <remarks>Requests and calls made through it carry its identity, its route and its Contact.</remarks>
public sealed class SipRegistration : IAsyncDisposable
{
    private readonly SendingContext _context;
    private readonly RegistrationSettings _settings;
    private readonly RegistrationFlows _flows;
    private readonly bool _prefersTemporaryGruu;
    private RegistrationWatch? _watch;

    internal SipRegistration(SendingContext context, RegistrationSettings settings, RegistrationFlows flows, bool prefersTemporaryGruu)
    {
        _context = context;
        _settings = settings;
        _flows = flows;
        _prefersTemporaryGruu = prefersTemporaryGruu;
    }

    /// <summary>The address of record.</summary>
    public SipUri AddressOfRecord => _settings.AddressOfRecord.Uri;

    /// <summary>Whether the binding holds.</summary>
    public bool IsActive => _flows.IsActive;

    /// <summary>How long the registrar last granted the binding; at least 30 s, at most what was asked for. Zero before it first did.</summary>
    public TimeSpan Granted => _flows.Best.Agent.State?.Granted ?? TimeSpan.Zero;

    /// <summary>All bindings of the address of record, as the registrar last listed them.</summary>
    public IReadOnlyList<SipNameAddress> Bindings => _flows.Best.Agent.State?.Bindings ?? [];

    /// <summary>This side's binding among them; null where it could not be told.</summary>
    public SipNameAddress? Binding => _flows.Best.Agent.State?.Own;

    /// <summary>The route that the registrar gave for requests (RFC 3608).</summary>
    public IReadOnlyList<SipNameAddress> ServiceRoute => _flows.Best.Agent.State?.ServiceRoute ?? [];

    /// <summary>The proxies that requests to this side pass (RFC 3327), as the registrar told.</summary>
    public IReadOnlyList<SipNameAddress> Path => _flows.Best.Agent.State?.Path ?? [];

    /// <summary>Other identities that the registrar ties to this one (RFC 7315 §4.1).</summary>
    public IReadOnlyList<SipNameAddress> AssociatedUris => _flows.Best.Agent.State?.AssociatedUris ?? [];

    /// <summary>A URI that reaches this device from anywhere and shows who it belongs to (RFC 5627 §3.1); null where the registrar gave none.</summary>
    public SipUri? PublicGruu => _flows.Best.Agent.State?.PublicGruu;

    /// <summary>A URI that reaches this device from anywhere and shows nobody's name; another with every refresh. Null where the registrar gave none.</summary>
    public SipUri? TemporaryGruu => _flows.Best.Agent.State?.TemporaryGruu;

    /// <summary>How the repetition stands: when the next one is due, and why the last one failed.</summary>
    public SipRefresh Refresh => _flows.Best.Agent.Refresh;

    private SendingContext Context
    {
        get
        {
            _flows.ThrowIfEnded();
            var best = _flows.Best;
            return best.Agent.State is { } state ? WithinRegistration(best, state) : _context;
        }
    }

    /// <summary>What becomes of the registration, for one reader: active, each refresh, and the end.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The stream. It ends when the registration is disposed, and throws <see cref="SipRefreshException"/> when a refresh ended it.</returns>
    public IAsyncEnumerable<SipRegistrationEvent> EventsAsync(CancellationToken cancellationToken = default) => _flows.Events.ReadAllAsync(cancellationToken);

    /// <summary>Registers once more, now.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    /// <exception cref="SipForbiddenException">The registrar's challenge was not met.</exception>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _flows.ForEachAsync(agent => agent.RefreshNowAsync(cancellationToken));

    /// <summary>Registers in another way, now; later refreshes keep to it. Contacts that are given take the place of those before, which are removed.</summary>
    /// <param name="contacts">The contacts, this side's own first; null to leave them.</param>
    /// <param name="expires">How long the binding shall hold, 1 s to 136 years; null to leave it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">There is no contact, or the time is out of range.</exception>
    /// <exception cref="SipResponseException">The registrar refused; what was bound before stays bound.</exception>
    /// <exception cref="SipForbiddenException">The registrar's challenge was not met.</exception>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public Task UpdateAsync(IReadOnlyList<SipNameAddress>? contacts = null, TimeSpan? expires = null, CancellationToken cancellationToken = default)
    {
        if (contacts is { Count: 0 }) throw new ArgumentException("A registration binds at least one contact: to bind none, unregister.", nameof(contacts));
        if (expires is { } time) RegistrationOptionsReader.CheckExpires(time, nameof(expires));
        return _flows.ForEachAsync(agent => agent.UpdateAsync(plan => new RegistrationPlan(contacts ?? plan.Contacts, expires ?? plan.Expires), cancellationToken));
    }

    /// <summary>Removes the binding; the registration stays inactive then.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    /// <exception cref="SipConnectionClosedException">The registration was disposed, or its connection is closed.</exception>
    public Task UnregisterAsync(CancellationToken cancellationToken = default) => _flows.UnregisterAsync(cancellationToken);

    /// <summary>Sends a request with this registration's identity and route, see <see cref="SipConnection.SendAsync"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the waiting, not the request.</param>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public SipClientTransaction SendAsync(SipRequest request, CancellationToken cancellationToken = default) => SipConnection.SendOutsideDialogsAsync(Context, request, cancellationToken);

    /// <summary>Prepares a call with this registration's identity and route.</summary>
    /// <param name="remoteUri">Whom to call.</param>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public SipInviteDialog CreateInviteDialog(SipUri remoteUri)
    {
        ArgumentNullException.ThrowIfNull(remoteUri);
        return new SipInviteDialog(Context, remoteUri);
    }

    /// <summary>Calls somebody with this registration's identity and route, see <see cref="SipConnection.CallAsync(SipUri, SipContent, CancellationToken)"/>.</summary>
    /// <param name="remoteUri">Whom to call.</param>
    /// <param name="offer">This side's session description.</param>
    /// <param name="cancellationToken">Gives the call up until it is answered.</param>
    /// <exception cref="SipResponseException">The call was refused.</exception>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public Task<SipCall> CallAsync(SipUri remoteUri, SipContent offer, CancellationToken cancellationToken = default) => CallAsync(remoteUri, offer, null, cancellationToken);

    /// <summary>Calls somebody with this registration's identity and route, see <see cref="SipConnection.CallAsync(SipUri, SipContent, SipCallOptions, CancellationToken)"/>.</summary>
    /// <param name="remoteUri">Whom to call.</param>
    /// <param name="offer">This side's session description.</param>
    /// <param name="options">What the call is to do beyond the usual; null for nothing.</param>
    /// <param name="cancellationToken">Gives the call up until it is answered.</param>
    public Task<SipCall> CallAsync(SipUri remoteUri, SipContent offer, SipCallOptions? options, CancellationToken cancellationToken = default) =>
        SipCall.StartAsync(CreateInviteDialog(remoteUri), offer, options, cancellationToken);

    /// <summary>Subscribes with this registration's identity and route, see <see cref="SipConnection.SubscribeAsync"/>.</summary>
    /// <param name="options">What to subscribe to.</param>
    /// <param name="cancellationToken">Stops the waiting for the notifier's answer, and the subscription with it.</param>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public Task<SipSubscription> SubscribeAsync(SipSubscriptionOptions options, CancellationToken cancellationToken = default) => EventStarts.SubscribeAsync(Context, options, cancellationToken);

    /// <summary>Asks somebody to call somebody else, with this registration's identity and route, see <see cref="SipConnection.ReferAsync"/>.</summary>
    /// <param name="recipient">Who is asked.</param>
    /// <param name="target">Whom to call.</param>
    /// <param name="options">More about it; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting for the answer.</param>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public Task<SipTransfer> ReferAsync(SipUri recipient, SipUri target, SipTransferOptions? options = null, CancellationToken cancellationToken = default) =>
        TransferStarts.OutsideDialogsAsync(Context, recipient, target, options, cancellationToken);

    /// <summary>Publishes with this registration's identity and route, see <see cref="SipConnection.PublishAsync"/>.</summary>
    /// <param name="options">What to publish.</param>
    /// <param name="content">The state.</param>
    /// <param name="cancellationToken">Stops the waiting for the answer.</param>
    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection is closed.</exception>
    public Task<SipPublication> PublishAsync(SipPublicationOptions options, SipContent content, CancellationToken cancellationToken = default) => EventStarts.PublishAsync(Context, options, content, cancellationToken);

    /// <summary>What has happened so far, as a ladder to be printed: see <see cref="SipInviteDialog.Explain"/>.</summary>
    public SipLadder Explain() => SipLadder.Join(_flows.All.Select(flow => _context.Explain(flow.Agent.CallId)));

    internal async Task<SipRegistration> StartAsync(bool inBackground, bool watches, CancellationToken cancellationToken)
    {
        if (inBackground)
        {
            _flows.Begin();
            if (watches) _watch = new RegistrationWatch(this, _flows, _context.Connection);
            return this;
        }

        try
        {
            await _flows.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (watches) _watch = new RegistrationWatch(this, _flows, _context.Connection);
        return this;
    }

    /// <summary>Stops refreshing, and removes the binding unless the options say otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_watch is { } watch) await watch.DisposeAsync().ConfigureAwait(false);
        await _flows.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The route that was given, the Contact that reaches this device, and the flow that is kept.</summary>
    private SendingContext WithinRegistration(RegistrationFlow flow, RegistrationState state)
    {
        var gruu = _prefersTemporaryGruu ? state.TemporaryGruu ?? state.PublicGruu : state.PublicGruu ?? state.TemporaryGruu;
        var keepsFlow = _settings.Outbound is not null && !flow.Agent.LacksOutbound;
        var contact = gruu is not null ? new SipNameAddress(gruu)
            : keepsFlow ? new SipNameAddress(_settings.Contacts[0].Uri.WithParameter("ob"), _settings.Contacts[0].DisplayName) // RFC 5626 §4.3
            : _settings.Contacts[0];
        return flow.Context with
        {
            // A registrar may name the proxy that this side goes through anyway.
            Routes = [.. flow.Context.Routes.Where(route => state.ServiceRoute.Count == 0 || state.ServiceRoute[0].Uri != route.Uri), .. state.ServiceRoute],
            Contact = contact,
            KeptFlow = keepsFlow ? flow.Settings.Outbound!.Kept : _settings.ProxyFlow,
        };
    }
}
