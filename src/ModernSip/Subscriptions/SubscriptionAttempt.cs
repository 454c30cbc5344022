using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Subscriptions;

/// <summary>A request that asks for NOTIFYs, the forks that it reached, and their ends (RFC 6665 §4.1.2, §4.4.1). Lives on the shard of its Call-ID.</summary>
internal sealed class SubscriptionAttempt : IRequestUser, IDialogMaker
{
    private const int MostForks = 32;

    private readonly Dictionary<string, SubscriptionLeg> _legs = new(StringComparer.Ordinal);
    private readonly ShardTimer _nothingCame;
    private readonly SipRequest _request;
    private readonly HalfDialogId _half;
    private readonly long _sentAt;
    private SharedUsage? _usage;
    private SubscriptionEnd? _lastEnd;
    private RefreshGrant? _grant; // what the 2xx granted
    private uint _sequence;
    private bool _isServerPeer;
    private bool _isAnswered;
    private bool _isAccepted;
    private bool _isEnded;

    private SubscriptionAttempt(SendingContext context, SubscriptionSettings settings, ISubscriptionOwner owner, SipRequest request, Dialog? shared)
    {
        Context = context;
        Settings = settings;
        Owner = owner;
        Shared = shared;
        _request = request;
        _sequence = request.Headers.CSeq!.Value.Number;
        _half = new HalfDialogId(request.Headers.CallId!, request.Headers.From!.Tag!); // prepared: both are there
        _isServerPeer = string.Equals(settings.Target.Host, context.From.Uri.Host, StringComparison.OrdinalIgnoreCase);
        _sentAt = context.Connection.Platform.Time.GetTimestamp();
        Shard = context.Connection.Engine.ShardOf(_half.CallId);
        Established = new Completion<SipResponse>(context.Connection.Platform.Continuations);
        _nothingCame = new ShardTimer(Shard, OnNothingCame);
    }

    public SendingContext Context { get; }

    public SubscriptionSettings Settings { get; }

    public ISubscriptionOwner Owner { get; }

    public Shard Shard { get; }

    /// <summary>The dialog of a session that the subscription lives in; null where it makes dialogs of its own.</summary>
    public Dialog? Shared { get; }

    /// <summary>The 2xx to the request; fails when it was not accepted.</summary>
    public Completion<SipResponse> Established { get; }

    /// <summary>On whose behalf is sent in the dialogs. A notifier may be anybody: only one that was authorised before, or is of the account's own domain, is given credentials.</summary>
    public SendingContext DialogContext => _isServerPeer ? Context : Context with { MeetsServerChallenges = false };

    /// <summary>The forks; read them on the shard.</summary>
    public IReadOnlyCollection<SubscriptionLeg> Legs => _legs.Values;

    private ShardCore Core => (ShardCore)Shard.Core;

    /// <summary>Sends a request that asks for NOTIFYs outside of dialogs.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static SubscriptionAttempt Start(SendingContext context, SubscriptionSettings settings, ISubscriptionOwner owner, SipRequest request)
    {
        context.Period.ThrowIfEnded();
        var attempt = new SubscriptionAttempt(context, settings, owner, context.Prepare(request), shared: null);
        attempt.Post(static attempt => attempt.Begin());
        return attempt;
    }

    /// <summary>Sends a request that asks for NOTIFYs in a dialog that a session made (RFC 5057). On the shard of the dialog.</summary>
    /// <returns>Null where there is a subscription to the same event in the dialog.</returns>
    public static SubscriptionAttempt? StartShared(SendingContext context, SubscriptionSettings settings, ISubscriptionOwner owner, Dialog dialog)
    {
        var request = dialog.CreateRequest(settings.Method);
        settings.Complete(request, settings.Expires);
        var attempt = new SubscriptionAttempt(context, settings, owner, request, dialog);
        if (!attempt.TryAddLeg(dialog)) return null;
        attempt.Begin();
        return attempt;
    }

    /// <summary>How long a 2xx grants: what it says, but not more than was asked for (RFC 6665 §4.2.1.1).</summary>
    public static TimeSpan Granted(SipResponse response, TimeSpan requested) =>
        response.Headers.Expires is { } seconds && seconds < requested.TotalSeconds ? TimeSpan.FromSeconds(seconds) : requested;

    /// <summary>The time that a 423 wants at least, where it is longer than what was asked for (RFC 3261 §10.2.8).</summary>
    public static TimeSpan? LongerThan(TimeSpan requested, SipResponse response) =>
        response.Status == SipStatus.IntervalTooBrief && response.Headers.TryGet(SipHeaderNames.MinExpires, out var least) && least > requested.TotalSeconds ? TimeSpan.FromSeconds(least) : null;

    public static SipTimeoutException NothingCame() => new("The subscription was accepted, but no NOTIFY came within 64*T1 (RFC 6665 §4.1.2.4, timer N).");

    /// <summary>Whether a NOTIFY for an event is for this subscription.</summary>
    public bool Concerns(EventId notified) => notified == Settings.EventId || (notified.IsRefer && Settings.IsRefer); // RFC 3515 §2.4.6: the id may be left out

    public void OnNotify(ServerTransaction transaction)
    {
        var request = transaction.Request;
        var isWanted = EventId.Of(request) is { } notified && Concerns(notified) && _legs.Count < (Settings.AcceptsForks ? MostForks : 1);
        if (!isWanted)
        {
            transaction.Answer(SipStatus.CallDoesNotExist, "no subscription");
            return;
        }

        if (Dialog.FromRequest(request, _half.LocalTag) is not { } dialog)
        {
            transaction.Answer(transaction.Request.CreateResponse(SipStatus.BadRequest, "Contact Missing"), "no Contact");
            return;
        }

        dialog.Advance(_sequence);
        if (!TryAddLeg(dialog))
        {
            transaction.Answer(SipStatus.CallDoesNotExist, "no subscription");
            return;
        }

        var leg = _legs[dialog.Id.RemoteTag];
        if (_grant is { } grant) leg.Begin(grant); // a fork that is heard behind the 2xx of another is refreshed as that one is (RFC 6665 §4.1.4)
        leg.OnNotify(transaction);
    }

    public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsProvisional || _isEnded) return;
        _isAnswered = true;
        _sequence = request.Request.Headers.CSeq!.Value.Number;
        if (!response.IsSuccess)
        {
            OnRefused(new SipResponseException(response));
            return;
        }

        _isServerPeer |= request.Request.Headers.Contains("Authorization");
        Shared?.RefreshTarget(response);
        if (Settings.IsRefer && response.Headers.Get(SipHeaderNames.ReferSub)?.Is("false") == true)
        {
            _isAccepted = true;
            Established.Set(response);
            EndAll(new SubscriptionEnd.LetGo()); // nothing will be told (RFC 4488 §4)
            return;
        }

        // A dialog from the 2xx is there before its NOTIFY; one without a tag is made by the NOTIFY alone.
        if (Shared is null && response.Headers.To?.Tag is { } tag && !_legs.ContainsKey(tag) && Dialog.FromResponse(request.Request, response) is { } dialog) TryAddLeg(dialog);
        _grant = new RefreshGrant(response, Granted(response, Settings.Expires), _sentAt);
        foreach (var leg in _legs.Values.ToList()) leg.Begin(_grant);
        _isAccepted = true;
        Established.Set(response);
        if (_legs.Count == 0 && _lastEnd is { } end) Finish(end); // it was ended before it was accepted
    }

    public void OnFailed(OutgoingRequest request, SipException error)
    {
        _isAnswered = true;
        OnRefused(error);
    }

    public void OnEnded(OutgoingRequest request)
    {
        // Its forks live on.
    }

    public uint NextSequence(uint current)
    {
        if (Shared is null) return current + 1;
        var next = Shared.NextSequence();
        if (Settings.IsRefer) _usage?.TryAdd(EventId.ReferOf(next)); // the notifier names the one that it accepted
        return next;
    }

    public void OnLegEnded(SubscriptionLeg leg, SubscriptionEnd end)
    {
        if (Shared is null) Core.Remove(leg.Dialog.Id);
        _usage?.Remove();
        _usage = null;
        _legs.Remove(leg.Dialog.Id.RemoteTag);
        _lastEnd = end;
        if (_legs.Count == 0 && _isAnswered) Finish(end);
    }

    /// <summary>Ends what is left of it, without a word to the notifiers. From any thread.</summary>
    public void Abandon(SubscriptionEnd end) =>
        Shard.Post(static (_, state) => { var (attempt, how) = ((SubscriptionAttempt, SubscriptionEnd))state!; attempt.EndAll(how); }, (this, end));

    /// <summary>Ends every fork with its notifier. From any thread.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken)
    {
        var legs = new Completion<IReadOnlyList<SubscriptionLeg>>(Context.Connection.Platform.Continuations);
        if (!Shard.Post(static (_, state) => { var (attempt, result) = ((SubscriptionAttempt, Completion<IReadOnlyList<SubscriptionLeg>>))state!; result.Set([.. attempt._legs.Values]); }, (this, legs))) return;
        await Task.WhenAll((await legs.Task.ConfigureAwait(false)).Select(leg => leg.UnsubscribeAsync(cancellationToken))).ConfigureAwait(false);
        Abandon(new SubscriptionEnd.LetGo());
    }

    private void Post(Action<SubscriptionAttempt> work)
    {
        if (!Shard.Post(static (_, state) => { var (attempt, act) = ((SubscriptionAttempt, Action<SubscriptionAttempt>))state!; act(attempt); }, (this, work))) throw new SipConnectionClosedException("The stack has stopped.");
    }

    private void Begin()
    {
        if (Shared is null) Core.Await(_half, this);
        Owner.OnStarting(this);
        _nothingCame.Start(Context.Connection.Engine.Timers.TransactionTimeout); // timer N
        try
        {
            OutgoingRequest.Start(Context, _request, this, Shared?.StrictRouter);
        }
        catch (SipConnectionClosedException exception)
        {
            _isAnswered = true;
            OnRefused(exception);
        }
    }

    private bool TryAddLeg(Dialog dialog)
    {
        var leg = new SubscriptionLeg(this, dialog);
        if (!(Shared is null ? Core.TryAdd(dialog.Id, leg) : TryShare(dialog, leg))) return false;
        _legs.Add(dialog.Id.RemoteTag, leg);
        return true;
    }

    private bool TryShare(Dialog dialog, SubscriptionLeg leg)
    {
        _usage = new SharedUsage(Core, dialog, leg, isNotifier: false);
        if (!Settings.IsRefer) return _usage.TryAdd(Settings.EventId);
        _usage.AddRefer(_sequence);
        return true;
    }

    /// <summary>Where a NOTIFY came all the same, there is a subscription: the response was lost, or came from another fork.</summary>
    private void OnRefused(SipException error)
    {
        if (_isEnded) return;
        if (Shared is null && _legs.Values.FirstOrDefault(static leg => leg.State is SipSubscriptionState.Active or SipSubscriptionState.Pending) is not null && error is not SipConnectionClosedException)
        {
            var presumed = new SipResponse(SipStatus.Accepted);
            _grant = new RefreshGrant(presumed, Settings.Expires, _sentAt);
            foreach (var leg in _legs.Values.ToList()) leg.Begin(_grant);
            _isAccepted = true;
            Established.Set(presumed);
            return;
        }

        Established.Fail(error);
        EndAll(new SubscriptionEnd.Failed(error));
    }

    private void OnNothingCame()
    {
        Core.StopAwaiting(_half); // from here on, no more forks
        foreach (var leg in _legs.Values.ToList()) leg.OnNothingCame();
        if (_legs.Count == 0 && _isAnswered) Finish(new SubscriptionEnd.Failed(NothingCame()));
    }

    private void EndAll(SubscriptionEnd end)
    {
        _isAnswered = true;
        foreach (var leg in _legs.Values.ToList()) leg.End(end);
        Finish(end);
    }

    private void Finish(SubscriptionEnd end)
    {
        if (_isEnded) return;
        _isEnded = true;
        _nothingCame.Stop();
        if (Shared is null) Core.StopAwaiting(_half);
        Established.Fail(end is SubscriptionEnd.Failed failed ? failed.Error : new SipConnectionClosedException("The subscription has ended."));
        if (_isAccepted) Owner.OnEnded(this, end); // else, who awaits its acceptance hears of it
    }
}
