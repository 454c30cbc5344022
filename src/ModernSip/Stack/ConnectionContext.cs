using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Platform;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Routing;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>What a connection is inside the stack: its access point, its settings, its requests, and who hears of incoming ones.</summary>
internal sealed class ConnectionContext : IRoutingCandidate
{
    private readonly Completion<bool> _closing;
    /// <summary>How long behind its opening a connection is given to begin to read: requests that arrive before that wait for it.</summary>
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(5);

    private readonly long _madeAt;
    private readonly ConcurrentDictionary<string, int> _users = new(StringComparer.OrdinalIgnoreCase);
    private KnownContact? _lastContact;
    private SendingContext? _sending;
    private int _isClosing;

    public ConnectionContext(AccessPoint accessPoint, TransactionEngine engine, SipPlatform platform, ConnectionSettings settings, ISipCredentialsProvider? provider, ILogger logger)
    {
        AccessPoint = accessPoint;
        Engine = engine;
        Platform = platform;
        _madeAt = platform.Time.GetTimestamp();
        Settings = settings;
        CredentialsProvider = provider;
        Logger = logger;
        RefreshRetry = Refreshing.RefreshRetry.Default(platform);
        Digest = new DigestClient(platform.Random, settings.Authentication);
        Incoming = new Mailbox<IncomingRequest>(platform.Continuations, settings.MaxWaitingRequests);
        Calls = new Mailbox<IncomingRequest>(platform.Continuations, settings.MaxWaitingRequests);
        AskingTurns = new Turns(platform.Continuations);
        _closing = new Completion<bool>(platform.Continuations);
        Credentials = new CredentialScope(settings.Account, settings.From.Uri, settings.Credentials);
        Standing = new ConnectionStanding(platform.Continuations, accessPoint.Local.ToString());
        PublicAddresses = new PublicAddresses(settings.AdvertisedAddresses, settings.LearnsPublicAddress);
    }

    public AccessPoint AccessPoint { get; }

    public TransactionEngine Engine { get; }

    public SipPlatform Platform { get; }

    public ConnectionSettings Settings { get; }

    public ISipCredentialsProvider? CredentialsProvider { get; }

    /// <summary>Whose credentials the connection's own requests show.</summary>
    public CredentialScope Credentials { get; }

    public DigestClient Digest { get; }

    /// <summary>Access tokens in use.</summary>
    public BearerTokens Tokens { get; } = new();

    /// <summary>What was agreed with next hops about security.</summary>
    public SecurityAgreements Security { get; } = new();

    /// <summary>Who is told when a flow closes.</summary>
    public FlowUsers FlowUsers { get; } = new();

    /// <summary>The registrations that live, for those who look.</summary>
    public ConcurrentDictionary<IHeldRegistration, bool> Registrations { get; } = new();

    /// <summary>Where peers reach this side.</summary>
    public PublicAddresses PublicAddresses { get; }

    /// <summary>Retries what is repeated before it expires and failed in passing, unless an application brings its own.</summary>
    public Polly.ResiliencePipeline<SipResponse> RefreshRetry { get; }

    public ILogger Logger { get; }

    public OwnedTasks Tasks { get; } = new();

    /// <summary>Questions to the credentials provider take turns: what the first one is told serves those that wait.</summary>
    public Turns AskingTurns { get; }

    /// <summary>The state of the connection.</summary>
    public ConnectionStanding Standing { get; }

    /// <summary>The period that what is made now belongs to, and ends with.</summary>
    public ActivePeriod Period => Standing.Period;

    /// <summary>Fires when the present period ends, because the network is lost or the connection closes: what waits outside of the shards ends then.</summary>
    public CancellationToken Closed => Period.Ended;

    /// <summary>The requests outside of dialogs that wait for the application.</summary>
    public Mailbox<IncomingRequest> Incoming { get; }

    /// <summary>Whether the application reads <see cref="Incoming"/>; before it first does, the stack answers by itself.</summary>
    public Listening Listening { get; } = new();

    /// <summary>The incoming calls, where they have a handler of their own.</summary>
    public Mailbox<IncomingRequest> Calls { get; }

    /// <summary>Whether a handler takes <see cref="Calls"/>; if not, they are among the other requests.</summary>
    public Listening TakingCalls { get; } = new();

    /// <summary>On whose behalf the connection's own requests are sent, as long as the present period lasts.</summary>
    public SendingContext Sending
    {
        get
        {
            if (Volatile.Read(ref _sending) is { } known && ReferenceEquals(known.Period, Period)) return known;
            var made = new SendingContext(this);
            Volatile.Write(ref _sending, made);
            return made;
        }
    }

    public string Account => Settings.Account;

    public EndpointCapabilities Capabilities => Settings.Capabilities;

    public bool IsConnected => Standing.Phase is ConnectionPhase.Active or ConnectionPhase.Opening;

    public bool IsListening => (Listening.IsOn || TakingCalls.IsOn) && IsConnected;

    /// <summary>
    /// As long as nothing says whom the client answers for, no address declared and no registration, it answers for everybody; on loopback, and where
    /// the options say so, always.
    /// </summary>
    public AddressFit FitOf(string? user)
    {
        if (user is null) return AddressFit.Anyone;
        if (_users.ContainsKey(user) || Capabilities.Users.Contains(user) || string.Equals(user, Settings.ContactUser, StringComparison.OrdinalIgnoreCase)) return AddressFit.Named;
        var isOpen = Settings.PeerToPeer ?? (AccessPoint.IsLoopback || (_users.IsEmpty && Capabilities.Users.Count == 0));
        return isOpen ? AddressFit.Anyone : AddressFit.None;
    }

    /// <summary>The application begins to read; what waited for it is delivered.</summary>
    /// <returns>What names the reading to <see cref="Listening.End"/>.</returns>
    public object BeginListening()
    {
        var reading = Listening.Begin();
        AccessPoint.Release(this);
        return reading;
    }

    /// <summary>A handler begins to take the incoming calls; what waited for it is delivered.</summary>
    /// <returns>What names it to <see cref="TakingCalls"/>.</returns>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public object BeginTakingCalls()
    {
        if (TakingCalls.IsOn) throw new InvalidOperationException("The incoming calls of this connection have a handler already.");
        var reading = TakingCalls.Begin();
        AccessPoint.Release(this);
        return reading;
    }

    /// <summary>The peer is let in to this connection under this user part.</summary>
    public void AddUser(string user) => _users.AddOrUpdate(user, 1, static (_, count) => count + 1);

    public void RemoveUser(string user)
    {
        if (_users.AddOrUpdate(user, 0, static (_, count) => count - 1) <= 0) _users.TryRemove(new KeyValuePair<string, int>(user, 0));
    }

    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public void ThrowIfClosed([CallerMemberName] string operation = "")
    {
        if (Standing.Phase == ConnectionPhase.Closed) throw new SipConnectionClosedException("The connection is closed.", Standing.Error).Concerning(operation, AccessPoint.Local);
    }

    /// <summary>New requests, registrations and dialogs need a connection in state Active (A3, B2).</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    /// <exception cref="SipTransportException">The connection is inactive or suspended.</exception>
    public void ThrowIfNotActive([CallerMemberName] string operation = "")
    {
        ThrowIfClosed(operation);
        if (WhyNotActive() is { } error) throw error.Concerning(operation, AccessPoint.Local);
    }

    /// <summary>The error of what is to be sent while the connection is set aside or without a network; null while it is neither.</summary>
    public SipTransportException? WhyNotActive() => Standing.Phase switch
    {
        ConnectionPhase.Suspended => new SipTransportException("The connection is suspended."),
        ConnectionPhase.Inactive => new SipTransportException($"The connection is inactive: {Standing.Error?.Message}", Standing.Error),
        _ => null,
    };

    /// <summary>The Via of a new request on a flow: where its response is to come to (RFC 3261 §8.1.1.7).</summary>
    public SipVia NewVia(SipFlow flow)
    {
        var (address, port) = PublicAddresses.Of(flow, AccessPoint.ListeningPort(flow));
        return Engine.NewVia(flow, address, port);
    }

    /// <summary>Whether a URI names this side, as the peer of a flow knows it.</summary>
    public bool IsHere(SipUri uri, SipFlow flow) =>
        AccessPoint.IsHere(uri, flow)
        || (uri.IsSip && UriText.TryParseAddress(uri.HostOctets, out var address) && PublicAddresses.Contains(address, uri.Port ?? Resolution.HopRules.DefaultPort(flow.Protocol)));

    /// <summary>The Contact value of a user at a flow. Most messages of a connection carry the same one, so the last is kept.</summary>
    public SipNameAddress ContactOf(SipUri identity, SipFlow flow)
    {
        var (address, port) = PublicAddresses.Of(flow, AccessPoint.ListeningPort(flow));
        var last = Volatile.Read(ref _lastContact);
        if (last is not null && last.Protocol == flow.Protocol && last.Port == port && last.Address.Equals(address) && last.Identity.UserOctets.SequenceEqual(identity.UserOctets)) return last.Value;
        var made = new KnownContact(identity.Detach(), address, port, flow.Protocol, new SipNameAddress(ContactUri(flow, identity.User)));
        Volatile.Write(ref _lastContact, made);
        return made.Value;
    }

    /// <summary>The Contact that peers reach this connection at over a flow (RFC 3261 §8.1.1.8).</summary>
    public SipUri ContactUri(SipFlow flow, string? user)
    {
        var (host, port) = (flow.StandInHost, default(int?));
        if (host is null)
        {
            var (address, reachable) = PublicAddresses.Of(flow, AccessPoint.ListeningPort(flow));
            (host, port) = (address.ToString(), reachable);
        }

        var uri = SipUri.Create(host, user ?? Settings.ContactUser, port);
        return flow.Protocol == SipTransportProtocol.Udp ? uri : uri.WithParameter("transport", flow.Protocol.ToUriParameter());
    }

    /// <summary>Takes a request outside of dialogs that was routed here. Called on the shard.</summary>
    public void Receive(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!IsListening || !(Listening.IsOn || request.Method == SipMethod.Invite))
        {
            var left = Beginning - Platform.Time.GetElapsedTime(_madeAt);
            if (left > TimeSpan.Zero && !Listening.HasBegun && !TakingCalls.IsOn && IsConnected && request.Method != SipMethod.Options && request.Method != SipMethod.Notify) AccessPoint.AwaitClient(transaction, Account, left);
            else if (request.Method == SipMethod.Options) transaction.Answer(RequestScreen.AnswerOptions(request, Capabilities), "capabilities");
            else transaction.Answer(request.Method == SipMethod.Notify ? SipStatus.CallDoesNotExist : SipStatus.TemporarilyUnavailable, "nobody listens"); // a NOTIFY is for nothing then (RFC 6665 §4.1.3)
            return;
        }

        if (Incoming.IsFull)
        {
            transaction.Refuse("too many requests wait");
            return;
        }

        var incoming = new IncomingRequest(transaction, this);
        if (Settings.Session.TakesReplaces && Replacement.IsAsked(request)) Replacement.Find(incoming, Deliver);
        else Deliver(incoming);
    }

    /// <summary>Closes the connection: what it sent and awaits ends with one error. However often it is called, it happens once, and every call awaits it.</summary>
    /// <param name="release">Gives back what the connection held, once it is closed.</param>
    public async Task CloseOnceAsync(Func<ConnectionContext, Task> release)
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 1)
        {
            await _closing.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            AccessPoint.Remove(this);
            Standing.Apply(ConnectionInput.Close, null, out var ended);
            if (ended is not null) await EndAsync(ended, null).ConfigureAwait(false);
            await Engine.AllHandledAsync(Platform.Continuations).ConfigureAwait(false); // what is owed to peers goes out while there are sockets
            Incoming.Complete();
            Calls.Complete();
            await Tasks.WhenAllEndedAsync().ConfigureAwait(false);
            await release(this).ConfigureAwait(false);
        }
        finally
        {
            _closing.Set(true);
        }
    }

    /// <summary>Ends a period and with it all that was made in it.</summary>
    public async Task EndAsync(ActivePeriod period, Exception? cause)
    {
        period.BeginEnd(cause);
        foreach (var shard in Engine.Shards) shard.Post(static (where, state) => ((ShardCore)where.Core).EndPeriod((ActivePeriod)state!), period);
        try
        {
            await period.EndAsync(Platform.Continuations).ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            Logger.ClosingCallbackFailed(exception); // the application's own, on the token that its credentials provider was given
        }
    }

    private void Deliver(IncomingRequest incoming)
    {
        if ((TakingCalls.IsOn && incoming.Transaction.IsInvite ? Calls : Incoming).TryWrite(incoming)) return;
        incoming.AnswerNow(Overloaded(incoming.Request), "too many requests wait");
    }

    private SipResponse Overloaded(SipRequest request)
    {
        var response = request.CreateResponse(SipStatus.ServiceUnavailable);
        response.Headers.Set(SipHeaderNames.RetryAfter, new SipRetryAfter(Engine.NextRetryAfter()));
        return response;
    }

    private sealed record KnownContact(SipUri Identity, System.Net.IPAddress Address, int Port, SipTransportProtocol Protocol, SipNameAddress Value);
}
