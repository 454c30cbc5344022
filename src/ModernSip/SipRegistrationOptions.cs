using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Registrations;
using Polly;

namespace ModernSip;

/// <summary>What to register, and how.</summary>
public sealed class SipRegistrationOptions
{
    /// <summary>The address of record, for example "sip:alice@example.com".</summary>
    public SipUri? AddressOfRecord { get; set; }

    /// <summary>The display name beside it; null for none.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The registrar; default: the host of the address of record.</summary>
    public SipUri? Registrar { get; set; }

    /// <summary>The Contact to bind; the host "localhost" stands for this side's own address. Default: the user of the address of record there.</summary>
    public SipNameAddress? Contact { get; set; }

    /// <summary>More contacts to bind with it: other devices, a mailbox. An "expires" parameter of a contact counts for it alone.</summary>
    public IList<SipNameAddress> OtherContacts { get; } = [];

    /// <summary>
    /// Credentials for the challenges of this registration and of what is sent through it. Where there are some, those of the client are not used for it, and
    /// what was learnt with them is kept apart from other registrations.
    /// </summary>
    public IList<SipCredentials> Credentials { get; } = [];

    /// <summary>How long the binding shall hold. 1 s to 136 years. Default: 1 hour.</summary>
    public TimeSpan Expires { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether an expiry is asked for at all; without, the registrar decides. Default: true.</summary>
    public bool SendExpires { get; set; } = true;

    /// <summary>Whether the stack registers again before the binding ends. Default: true.</summary>
    public bool AutoRefresh { get; set; } = true;

    /// <summary>
    /// Which part of the granted time passes before the refresh, 0.1 to 0.95; it comes up to a twentieth earlier by chance, and at least 30 s before the
    /// end where the time is 90 s or longer. Default: 0.9.
    /// </summary>
    public double RefreshFraction { get; set; } = 0.9;

    /// <summary>The same for the first refresh alone, where many registrations begin at once.</summary>
    internal double? FirstRefreshFraction { get; set; }

    /// <summary>Whether disposing the registration removes the binding. Default: true.</summary>
    public bool UnregisterOnDispose { get; set; } = true;

    /// <summary>A proxy that requests within this registration go through; default: that of the client.</summary>
    public SipUri? OutboundProxy { get; set; }

    /// <summary>
    /// Whether requests within this registration go to the address of the proxy that the last REGISTER found; every successful REGISTER looks it up anew.
    /// Default: no, every request looks it up.
    /// </summary>
    public bool CacheOutboundProxyAddress { get; set; }

    /// <summary>
    /// The device, a URN that stays the same over restarts, for example "urn:uuid:00000000-0000-1000-8000-aabbccddeeff". With it the registrar may give GRUUs
    /// (RFC 5627), which calls then carry as their Contact. Default: none.
    /// </summary>
    public string? InstanceId { get; set; }

    /// <summary>Whether calls carry the temporary GRUU, which shows nobody's name, rather than the public one. Default: no.</summary>
    public bool PreferTemporaryGruu { get; set; }

    /// <summary>Whether requests in both directions keep to the flow of the REGISTER (outbound, RFC 5626); needs an <see cref="InstanceId"/>. Default: no.</summary>
    public bool UseOutbound { get; set; }

    /// <summary>
    /// More proxies of the domain beside <see cref="OutboundProxy"/>, each of which gets a flow and a reg-id of its own with <see cref="UseOutbound"/>: while one flow is formed anew,
    /// the others serve (RFC 5626 §4.2 recommends two). Default: none.
    /// </summary>
    public IList<SipUri> OutboundProxies { get; } = [];

    /// <summary>
    /// Whether the registrar is asked to tell what it does to the binding by itself (the event package "reg", RFC 3680): one that it deactivates is registered again, one that it rejects
    /// ends the registration with <see cref="Errors.SipDeregisteredException"/>. A registrar that does not know the package changes nothing. Default: no.
    /// </summary>
    public bool WatchRegistrar { get; set; }

    /// <summary>Whether an agreement about security is asked for (Security-Client, RFC 3329); what the server then demands is met, and verified with every later request to it. Default: no.</summary>
    public bool UseSecurityAgreement { get; set; }

    /// <summary>How the device is woken by a push service (RFC 8599). Default: not at all.</summary>
    public SipPush? Push { get; set; }

    /// <summary>
    /// Whether <see cref="SipConnection.RegisterAsync"/> returns before the registrar has answered: what fails in passing is then retried as a refresh is, and
    /// the events tell. For services that start before their network is there. Default: no.
    /// </summary>
    public bool RegisterInBackground { get; set; }

    /// <summary>More header fields of the REGISTER.</summary>
    public IList<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>What happens when a refresh fails in passing. Default: tried again for ever, with the back-off of RFC 5626 §4.5.</summary>
    public ResiliencePipeline<SipResponse>? RefreshRetry { get; set; }
}
