using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Registrations;

/// <summary>The REGISTERs of one registration: one Call-ID, one From tag, rising sequence numbers (RFC 3261 §10.2.4).</summary>
internal sealed class RegisterExchange
{
    private readonly SendingContext _context;
    private readonly RegistrationSettings _settings;
    private readonly string _callId;
    private readonly string _tag;
    private uint _sequence;
    private TimeSpan _least;

    public RegisterExchange(SendingContext context, RegistrationSettings settings)
    {
        _context = context;
        _settings = settings;
        _callId = context.Connection.Platform.Random.NextToken(24);
        _tag = context.Connection.Platform.Random.NextToken(16);
    }

    /// <summary>Sends a REGISTER; a 423 is repeated once with the time that the registrar wants at least (RFC 3261 §10.2.8).</summary>
    public async Task<RegisterAnswer> SendAsync(RegistrationPlan plan, CancellationToken cancellationToken)
    {
        var asked = plan.Expires > _least ? plan : plan with { Expires = _least }; // what was learnt is kept
        var answer = await SendOnceAsync(asked, cancellationToken).ConfigureAwait(false);
        if (answer.Response.Status != SipStatus.IntervalTooBrief || !answer.Response.Headers.TryGet(SipHeaderNames.MinExpires, out var least) || least <= asked.Expires.TotalSeconds) return answer;
        _least = TimeSpan.FromSeconds(least);
        return await SendOnceAsync(plan with { Expires = _least }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends the REGISTER that removes the bindings.</summary>
    public Task<RegisterAnswer> RemoveAsync(RegistrationPlan plan, CancellationToken cancellationToken) => SendOnceAsync(plan.ToRemove(), cancellationToken);

    private async Task<RegisterAnswer> SendOnceAsync(RegistrationPlan plan, CancellationToken cancellationToken)
    {
        var user = new RegisterRequest(_context, this);
        OutgoingRequest.Start(_context, CreateRequest(plan), user);
        var response = await user.Responses.FinalAsync(cancellationToken).ConfigureAwait(false);
        return new RegisterAnswer(response, user.Contacts ?? plan.Contacts, plan.Expires, user.SentAt);
    }

    private SipRequest CreateRequest(RegistrationPlan plan)
    {
        var request = new SipRequest(SipMethod.Register, _settings.Registrar);
        var headers = request.Headers;
        headers.To = _settings.AddressOfRecord;
        headers.From = _settings.AddressOfRecord.WithTag(_tag);
        headers.CallId = _callId;
        headers.CSeq = new SipCSeq(Interlocked.Increment(ref _sequence), SipMethod.Register);
        headers.SetAll(SipHeaderNames.Contact, plan.Contacts);
        if (_settings.SendExpires || plan.IsRemoval) headers.Expires = (uint)plan.Expires.TotalSeconds;
        foreach (var (name, value) in _settings.Headers) headers.Add(name, value);
        return _context.Prepare(request);
    }

    /// <summary>A challenged REGISTER takes the next number of the registration's own, so that later ones do not fall behind it.</summary>
    private sealed class RegisterRequest(SendingContext context, RegisterExchange exchange) : SimpleRequest(context)
    {
        private readonly TimeProvider _time = context.Connection.Platform.Time;

        public IReadOnlyList<SipNameAddress>? Contacts { get; private set; }

        public long SentAt { get; private set; } = context.Connection.Platform.Time.GetTimestamp();

        public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
        {
            Contacts = request.Request.Headers.GetAll(SipHeaderNames.Contact); // "localhost" has given way to this side's own address there
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
internal sealed record RegisterAnswer(SipResponse Response, IReadOnlyList<SipNameAddress> Contacts, TimeSpan Asked, long SentAt);
