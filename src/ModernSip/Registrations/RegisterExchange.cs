using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Registrations;

/// <summary>The REGISTERs of one registration: one Call-ID, one From tag, rising sequence numbers (RFC 3261 §10.2.4), and what their answers teach.</summary>
internal sealed class RegisterExchange
{
    private readonly SendingContext _context;
    private readonly RegistrationSettings _settings;
    private readonly string _callId;
    private readonly string _tag;
    private SipUri _registrar;
    private uint _sequence;
    private TimeSpan _least;
    private bool _lacksOutbound;

    public RegisterExchange(SendingContext context, RegistrationSettings settings)
    {
        _context = context;
        _settings = settings;
        _registrar = settings.Registrar;
        _callId = context.Connection.Platform.Random.NextToken(24);
        _tag = context.Connection.Platform.Random.NextToken(16);
    }

    /// <summary>The Call-ID of all of them.</summary>
    public string CallId => _callId;

    /// <summary>Whether the first hop said that it cannot keep flows: then the registration goes on without (RFC 5626 §4.2.1).</summary>
    public bool LacksOutbound => _lacksOutbound;

    /// <summary>Sends a REGISTER, and again where the answer says how: another time (423), another registrar (3xx), without outbound (439).</summary>
    public async Task<RegisterAnswer> SendAsync(RegistrationPlan plan, CancellationToken cancellationToken)
    {
        var redirection = new Redirection(_registrar);
        var isAdapted = false;
        while (true)
        {
            var asked = plan.Expires > _least ? plan : plan with { Expires = _least }; // what was learnt is kept
            var answer = await SendOnceAsync(redirection.Target, redirection.IsElsewhere ? _context.ForStrangers() : _context, asked, cancellationToken).ConfigureAwait(false);
            if (!isAdapted && TryAdapt(answer))
            {
                isAdapted = true;
                continue;
            }

            if (answer.Response.IsSuccess && redirection.IsPermanent) _registrar = redirection.Target;
            if (answer.Response.IsSuccess || !redirection.TryFollow(answer.Response)) return answer;
        }
    }

    /// <summary>Sends the REGISTER that removes the bindings.</summary>
    public Task<RegisterAnswer> RemoveAsync(RegistrationPlan plan, CancellationToken cancellationToken) => SendOnceAsync(_registrar, _context, plan.ToRemove(), cancellationToken);

    private bool TryAdapt(RegisterAnswer answer)
    {
        switch (answer.Response.StatusCode)
        {
            case 423 when answer.Response.Headers.TryGet(SipHeaderNames.MinExpires, out var least) && least > answer.Asked.TotalSeconds:
                _least = TimeSpan.FromSeconds(least);
                return true;
            case 439 when _settings.Outbound is not null && !_lacksOutbound:
                return _lacksOutbound = true;
            default:
                return false;
        }
    }

    private async Task<RegisterAnswer> SendOnceAsync(SipUri registrar, SendingContext context, RegistrationPlan plan, CancellationToken cancellationToken)
    {
        var user = new RegisterRequest(context, this);
        OutgoingRequest.Start(context, CreateRequest(registrar, plan), user);
        var response = await user.Responses.FinalAsync(cancellationToken).ConfigureAwait(false);
        return new RegisterAnswer(response, user.Contacts ?? plan.Contacts, plan.Expires, user.SentAt) { Hop = user.Hop, Flow = user.Flow };
    }

    private SipRequest CreateRequest(SipUri registrar, RegistrationPlan plan)
    {
        var request = new SipRequest(SipMethod.Register, registrar);
        var headers = request.Headers;
        var outbound = _lacksOutbound ? null : _settings.Outbound;
        headers.To = _settings.AddressOfRecord;
        headers.From = _settings.AddressOfRecord.WithTag(_tag);
        headers.CallId = _callId;
        headers.CSeq = new SipCSeq(Interlocked.Increment(ref _sequence), SipMethod.Register);
        headers.SetAll(SipHeaderNames.Contact, plan.Contacts.Select((contact, index) => index == 0 ? Described(contact, outbound) : contact));
        headers["Supported"] = string.Join(", ", Extensions(outbound));
        if (_settings.SendExpires || plan.IsRemoval) headers.Expires = (uint)plan.Expires.TotalSeconds;
        foreach (var (name, value) in _settings.Headers) headers.Add(name, value);
        return _context.Prepare(request);
    }

    private SipNameAddress Described(SipNameAddress contact, OutboundFlow? outbound)
    {
        if (_settings.InstanceId is { } instance && !contact.Parameters.Contains("+sip.instance")) contact = contact.WithParameter("+sip.instance", $"<{instance}>");
        if (_settings.Push is { } push) contact = Wakeable(contact, push);
        return outbound is null ? contact : contact.WithParameter("reg-id", outbound.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Only the registrar is told how to wake the device: no other Contact of this side has these parameters (RFC 8599 §4.1).</summary>
    private static SipNameAddress Wakeable(SipNameAddress contact, SipPush push)
    {
        var uri = contact.Uri.WithParameter("pn-provider", push.Provider).WithParameter("pn-prid", push.ResourceId);
        if (push.Parameter is { } parameter) uri = uri.WithParameter("pn-param", parameter);
        return contact.Parameters.Aggregate(new SipNameAddress(uri, contact.DisplayName), static (named, parameter) => named.WithParameter(parameter.Key, parameter.Value));
    }

    /// <summary>What this side understands: proxies may enter Path (RFC 3327 §5.1), the registrar may give GRUUs (RFC 5627 §4.1) and keep flows (RFC 5626 §4.2).</summary>
    private IEnumerable<string> Extensions(OutboundFlow? outbound)
    {
        yield return "path";
        if (_settings.InstanceId is not null) yield return "gruu";
        if (outbound is not null) yield return "outbound";
        if (_settings.OffersSecurityAgreement) yield return "sec-agree";
    }

    /// <summary>A challenged REGISTER takes the next number of the registration's own, so that later ones do not fall behind it.</summary>
    private sealed class RegisterRequest(SendingContext context, RegisterExchange exchange) : SimpleRequest(context)
    {
        private readonly TimeProvider _time = context.Connection.Platform.Time;

        public IReadOnlyList<SipNameAddress>? Contacts { get; private set; }

        public SipUri? Hop { get; private set; }

        public SipFlow? Flow { get; private set; }

        public long SentAt { get; private set; } = context.Connection.Platform.Time.GetTimestamp();

        public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
        {
            Contacts = request.Request.Headers.GetAll(SipHeaderNames.Contact); // "localhost" has given way to this side's own address there
            (Hop, Flow) = (NextHop.Of(request.Request), request.Flow);
            base.OnResponse(request, response, flow);
        }

        public override uint NextSequence(uint current)
        {
            SentAt = _time.GetTimestamp();
            return Interlocked.Increment(ref exchange._sequence);
        }
    }
}

/// <summary>A final response to a REGISTER, the contacts that the REGISTER really carried, what it asked for, and when it was last sent.</summary>
internal sealed record RegisterAnswer(SipResponse Response, IReadOnlyList<SipNameAddress> Contacts, TimeSpan Asked, long SentAt)
{
    public SipUri? Hop { get; init; }

    /// <summary>The flow that the REGISTER took; null where it took none.</summary>
    public SipFlow? Flow { get; init; }
}
