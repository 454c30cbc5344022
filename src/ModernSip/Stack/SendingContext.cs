using System.Runtime.CompilerServices;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Routing;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>On whose behalf requests are sent: a connection alone, or a registration with its identity, route and Contact (B7).</summary>
internal sealed record SendingContext(ConnectionContext Connection)
{
    /// <summary>The period of the connection that this was made in, and ends with.</summary>
    public ActivePeriod Period { get; } = Connection.Period;

    public SipNameAddress From { get; init; } = Connection.Settings.From;

    /// <summary>The preloaded route: outbound proxy, then Service-Route (RFC 3261 §8.1.2, RFC 3608 §6.1).</summary>
    public IReadOnlyList<SipNameAddress> Routes { get; init; } = Connection.Settings.OutboundProxy is { } proxy ? [proxy] : [];

    /// <summary>The Contact of requests that make dialogs; null to build it from the flow.</summary>
    public SipNameAddress? Contact { get; init; }

    /// <summary>A flow that requests to its hop keep to; null for each to find its own.</summary>
    public KeptFlow? KeptFlow { get; init; }

    /// <summary>Whether a security agreement is asked for (RFC 3329).</summary>
    public bool OffersSecurityAgreement { get; init; }

    /// <summary>Whether a request only passes through: nothing is added to it, and challenges go back to who sent it.</summary>
    public bool IsForwarding { get; init; }

    /// <summary>Whether 401 is answered: not where the peer may be anybody, who would fish for answers to guess the password from.</summary>
    public bool MeetsServerChallenges { get; init; } = true;

    /// <summary>Whether 407 is answered: not where no proxy of the account is in the way.</summary>
    public bool MeetsProxyChallenges { get; init; } = true;

    public CredentialScope Credentials { get; init; } = Connection.Credentials;

    /// <summary>Throws when nothing can be sent on its behalf now.</summary>
    /// <exception cref="Errors.SipConnectionClosedException">The connection is closed, or has become inactive since this was made (A8).</exception>
    /// <exception cref="Errors.SipTransportException">The connection is suspended.</exception>
    public void ThrowIfUnusable([CallerMemberName] string operation = "")
    {
        Period.ThrowIfEnded(operation);
        Connection.ThrowIfNotActive(operation);
    }

    /// <summary>The same towards a host that the account's own server named, and that nobody else knows: only credentials that name their realm are shown there.</summary>
    public SendingContext ForStrangers() => this with
    {
        Credentials = Credentials with { Configured = [.. Credentials.Configured.Where(static credentials => credentials.Realm is not null)] },
    };

    /// <summary>What is kept of a call, as a ladder.</summary>
    public SipLadder Explain(string? callId) => (callId is null ? null : Connection.Engine.Ladders.Find(callId)) ?? SipLadder.Empty;

    /// <summary>Completes a request outside of dialogs (RFC 3261 §8.1.1). What the application set, stays.</summary>
    public SipRequest Prepare(SipRequest request)
    {
        var prepared = request.Copy();
        var headers = prepared.Headers;
        headers.Remove("Via"); // written for each transaction
        headers.MaxForwards ??= 70;
        headers.From = (headers.From ?? From) is { Tag: null } from ? from.WithTag(Connection.Platform.Random.NextToken(16)) : headers.From;
        headers.To ??= new SipNameAddress(request.RequestUri.WithoutParameter("transport"));
        headers.CallId ??= Connection.Platform.Random.NextToken(24);
        headers.CSeq ??= new SipCSeq(1, request.Method);
        if (!headers.Contains("Route")) headers.SetAll(SipHeaderNames.Route, Routes);
        return prepared;
    }

    /// <summary>Adds what depends on the flow: Contact, and what this side can do (RFC 3261 §13.2.1).</summary>
    public void Complete(SipRequest request, SipFlow flow)
    {
        if (IsForwarding) return;
        var headers = request.Headers;
        if (NeedsContact(request.Method) || headers.Contains("Contact")) SetContact(headers, flow, SecureContact.IsOwedBy(request));
        if (request.Method == SipMethod.Invite || request.Method == SipMethod.Update) Declare(request);
        if (Connection.Settings.UserAgent is { } agent && !headers.Contains("User-Agent")) headers["User-Agent"] = agent;
    }

    /// <summary>Says what this side can do (RFC 3261 §13.2.1). What the application set, stays.</summary>
    public void Declare(SipMessage message)
    {
        if (!message.Headers.Contains("Allow")) RequestScreen.AddAllow(message, Connection.Settings.Capabilities);
        if (!message.Headers.Contains("Supported")) RequestScreen.AddSupported(message, Connection.Settings.Capabilities);
        if (!message.Headers.Contains("Recv-Info")) RequestScreen.AddReceivedInfo(message, Connection.Settings.Capabilities);
    }

    /// <summary>The Contact of a message that makes or refreshes a dialog; "localhost" stands for this side's own address (A9).</summary>
    /// <param name="headers">The header fields of the message.</param>
    /// <param name="flow">Where it goes.</param>
    /// <param name="isSecure">Whether it must be a sips URI.</param>
    /// <param name="identity">Whose user part it has; null for that of <see cref="From"/>.</param>
    public void SetContact(SipHeaders headers, SipFlow flow, bool isSecure, SipUri? identity = null)
    {
        if (headers.Contains("Contact"))
        {
            // What is set, stays: one contact, several, or "*".
            var contacts = headers.GetAll(SipHeaderNames.Contact);
            if (contacts.Any(IsLocal)) headers.SetAll(SipHeaderNames.Contact, contacts.Select(contact => IsLocal(contact) ? Localise(contact, flow, isSecure) : contact));
        }
        else if (Contact is { } own)
        {
            headers.Contact = IsLocal(own) ? Localise(own, flow, isSecure) : own;
        }
        else
        {
            var contact = Connection.ContactOf(identity ?? From.Uri, flow);
            headers.Contact = isSecure ? new SipNameAddress(SecureContact.Of(contact.Uri)) : contact;
        }
    }

    private static bool IsLocal(SipNameAddress contact) => string.Equals(contact.Uri.Host, "localhost", StringComparison.OrdinalIgnoreCase);

    private static bool NeedsContact(SipMethod method) =>
        method == SipMethod.Invite || method == SipMethod.Subscribe || method == SipMethod.Notify || method == SipMethod.Refer || method == SipMethod.Update;

    private SipNameAddress Localise(SipNameAddress contact, SipFlow flow, bool isSecure)
    {
        var own = Connection.ContactUri(flow, null);
        var uri = contact.Uri.WithHost(own.Host, own.Port);
        if (own.Transport is { } transport) uri = uri.WithParameter("transport", transport);
        var local = new SipNameAddress(isSecure ? SecureContact.Of(uri) : uri, contact.DisplayName);
        foreach (var (name, value) in contact.Parameters) local = local.WithParameter(name, value);
        return local;
    }
}
