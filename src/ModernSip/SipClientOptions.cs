using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Sessions;
using ModernSip.Sessions.Timers;
using ModernSip.Stack;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Routing;
using ModernSip.Transport;
using Polly;

namespace ModernSip;

/// <summary>How a client behaves. Bound from configuration or set in code, checked when the host starts, and copied then.</summary>
public sealed class SipClientOptions
{
    private ResiliencePipeline<SipResponse>? _failover;

    /// <summary>The local address to bind or the interface whose addresses to bind, with or without a port, for example "127.0.0.1:5060", "[::1]" or "eth0". Default: every IPv4 address and a free port, so that requests leave by the default route.</summary>
    public string? LocalAddress { get; set; }

    /// <summary>The identity of requests outside of registrations, for example "\"Alice\" &lt;sip:alice@example.com&gt;". Default: anonymous.</summary>
    public string From { get; set; } = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

    /// <summary>The user part of Contact; default: that of <see cref="From"/>.</summary>
    public string? ContactUser { get; set; }

    /// <summary>The transport where neither the URI nor name resolution says one. Default: UDP.</summary>
    public SipTransportProtocol Transport { get; set; } = SipTransportProtocol.Udp;

    /// <summary>A proxy that every request outside of dialogs goes through, for example "sip:proxy.example.com;lr". Default: none.</summary>
    public string? OutboundProxy { get; set; }

    /// <summary>The User-Agent header field; null for none. Default: "ModernSip".</summary>
    public string? UserAgent { get; set; } = "ModernSip";

    /// <summary>
    /// Credentials for challenges. Those without a realm answer any challenge to a request outside of dialogs; inside, only those that name their
    /// realm are used.
    /// </summary>
    public IList<SipCredentials> Credentials { get; } = [];

    /// <summary>Which challenges are answered at all: the weakest algorithm, whether qop must be offered, and who may challenge inside a dialog.</summary>
    public SipAuthenticationOptions Authentication { get; } = new();

    /// <summary>What the client can be asked: requests are routed by it among the clients of the process, and what none can do, the stack answers.</summary>
    public SipCapabilities Capabilities { get; } = new();

    /// <summary>
    /// Whether requests are taken to users whom the client has neither registered nor declared in <see cref="SipCapabilities.Addresses"/>; those that are
    /// not taken get 404. Default (null): taken as long as the client has registered and declared nobody, and always at a loopback address.
    /// </summary>
    public bool? PeerToPeer { get; set; }

    /// <summary>Whether provisional responses to INVITE are reliable (RFC 3262). Default: where both sides can and it matters.</summary>
    public SipReliableProvisionals ReliableProvisionals { get; set; }

    /// <summary>Whether sessions may have a timer (RFC 4028): a session that is not refreshed in time is ended with BYE. Default: where the peer asks for it.</summary>
    public bool SessionTimers { get; set; } = true;

    /// <summary>The session interval that this side asks for, in whole seconds. Default: none, peers may ask for one.</summary>
    public TimeSpan? SessionExpires { get; set; }

    /// <summary>The shortest session interval that is granted: shorter ones get 422. Default, and least: 90 s.</summary>
    public TimeSpan MinSessionExpires { get; set; } = TimeSpan.FromSeconds(SessionInterval.Least);

    /// <summary>
    /// Whether an incoming INVITE may take the place of a dialog of this connection that its Replaces header field names (RFC 3891). The application
    /// decides by accepting it. Default: yes.
    /// </summary>
    public bool AcceptsReplaces { get; set; } = true;

    /// <summary>How long an incoming INVITE may ring before the stack answers 480 in the application's place. Default: 3 minutes.</summary>
    public TimeSpan RingingLimit { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How many incoming requests may wait for the application before new ones get 503. Default: 1,024.</summary>
    public int MaxWaitingRequests { get; set; } = 1_024;

    /// <summary>
    /// The addresses that peers reach this client at, where these are not the local ones, as in a container or behind a translator with fixed addresses: at
    /// most one of IPv4 and one of IPv6, with or without a port. They stand in Via and Contact. Default: none.
    /// </summary>
    public IList<string> AdvertisedAddresses { get; } = [];

    /// <summary>
    /// Whether Via and Contact follow what a server says about where requests come from, each towards that server only; a binding that a registrar could
    /// not reach is bound anew at once. Where an address is advertised, that one stands. Default: true.
    /// </summary>
    public bool LearnPublicAddress { get; set; } = true;

    /// <summary>
    /// The largest request in octets that goes out as a datagram. A longer one goes over TCP, and over UDP after all where the peer takes no connection
    /// (RFC 3261 §18.1.1). Default: 1,300; more where the path is known to carry it.
    /// </summary>
    public int LargestDatagramRequest { get; set; } = 1_300;

    /// <summary>
    /// Sets what happens when the server that a name led to fails: a policy that makes attempts, each at the next target of RFC 3263 §4.3. Without one:
    /// the next target at once, eight at most, where a target does not answer, cannot be reached, or answers 503.
    /// </summary>
    /// <remarks>
    /// The policy is given the final responses of 500 to 599, and every error; all else ends the request. A time limit in it holds for the first response
    /// of an attempt. <see cref="SipFailover"/> tells it what it needs to know.
    /// </remarks>
    /// <param name="policy">The policy; all requests of the client run in it.</param>
    public void UseFailover(ResiliencePipeline<SipResponse> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _failover = policy;
    }

    internal ConnectionSettings ToSettings(string account)
    {
        var from = SipNameAddress.Parse(From);
        var capabilities = Capabilities.Read();
        return new ConnectionSettings
        {
            Account = account,
            From = from,
            ContactUser = ContactUser ?? from.Uri.User,
            DefaultTransport = Transport,
            OutboundProxy = OutboundProxy is null ? null : Routes.Loose(SipUri.Parse(OutboundProxy)),
            UserAgent = UserAgent,
            Credentials = [.. Credentials],
            Authentication = Authentication.Copy(),
            RingingLimit = RingingLimit,
            Session = ToSessionSettings(),
            MaxWaitingRequests = MaxWaitingRequests,
            PeerToPeer = PeerToPeer,
            LargestDatagramRequest = LargestDatagramRequest,
            AdvertisedAddresses = [.. AdvertisedAddresses.Select(System.Net.IPEndPoint.Parse)],
            LearnsPublicAddress = LearnPublicAddress,
            Failover = _failover,
            Capabilities = capabilities with
            {
                Extensions = [.. SessionExtensions().Union(capabilities.Extensions, StringComparer.OrdinalIgnoreCase)],
                MinSessionExpires = Math.Max(SessionInterval.Least, (uint)MinSessionExpires.TotalSeconds),
                DemandedExtensions = ReliableProvisionals == SipReliableProvisionals.Required ? [OptionTags.Reliable] : [],
            },
        };
    }

    internal DeclaredClient ToDeclared(string account, IReadOnlyList<SipNetworkInterface> interfaces) =>
        new(account, LocalPoint.TryParse(LocalAddress, interfaces, out var local) ? local : LocalPoint.Default, Capabilities.Read());

    private SessionSettings ToSessionSettings() => new()
    {
        OffersReliable = ReliableProvisionals != SipReliableProvisionals.None,
        DemandsReliable = ReliableProvisionals == SipReliableProvisionals.Required,
        UsesTimers = SessionTimers,
        Expires = SessionExpires is { } interval ? Math.Max(SessionInterval.Least, (uint)interval.TotalSeconds) : null,
        TakesReplaces = AcceptsReplaces,
    };

    private IEnumerable<string> SessionExtensions()
    {
        if (ReliableProvisionals != SipReliableProvisionals.None) yield return OptionTags.Reliable;
        if (SessionTimers) yield return OptionTags.Timer;
        if (AcceptsReplaces) yield return OptionTags.Replaces;
        yield return OptionTags.NoReferSubscription;
        yield return OptionTags.EarlyDialogEnded;
    }
}
