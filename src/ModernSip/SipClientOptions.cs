using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Routing;
using ModernSip.Transport;

namespace ModernSip;

/// <summary>How a client behaves. Bound from configuration or set in code, checked when the host starts, and copied then.</summary>
public sealed class SipClientOptions
{
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

    /// <summary>What the client can be asked: requests are routed by it among the clients of the process, and what none can do, the stack answers.</summary>
    public SipCapabilities Capabilities { get; } = new();

    /// <summary>
    /// Whether requests are taken to users whom the client has neither registered nor declared in <see cref="SipCapabilities.Addresses"/>; those that are
    /// not taken get 404. Default (null): taken as long as the client has registered and declared nobody, and always at a loopback address.
    /// </summary>
    public bool? PeerToPeer { get; set; }

    /// <summary>Whether provisional responses to INVITE are reliable (RFC 3262). Default: where both sides can and it matters.</summary>
    public SipReliableProvisionals ReliableProvisionals { get; set; }

    /// <summary>How long an incoming INVITE may ring before the stack answers 480 in the application's place. Default: 3 minutes.</summary>
    public TimeSpan RingingLimit { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How many incoming requests may wait for the application before new ones get 503. Default: 1,024.</summary>
    public int MaxWaitingRequests { get; set; } = 1_024;

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
            RingingLimit = RingingLimit,
            Session = ToSessionSettings(),
            MaxWaitingRequests = MaxWaitingRequests,
            PeerToPeer = PeerToPeer,
            Capabilities = capabilities with
            {
                Extensions = [.. SessionExtensions().Union(capabilities.Extensions, StringComparer.OrdinalIgnoreCase)],
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
    };

    private IEnumerable<string> SessionExtensions()
    {
        if (ReliableProvisionals != SipReliableProvisionals.None) yield return OptionTags.Reliable;
        yield return OptionTags.EarlyDialogEnded;
    }
}
