using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Stack;
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

    /// <summary>Methods that the application handles beside the usual ones, for example "REGISTER" in a registrar.</summary>
    public IList<string> AdditionalMethods { get; } = [];

    /// <summary>Option tags that the application understands in Require, for example "path".</summary>
    public IList<string> Extensions { get; } = [];

    /// <summary>Media types that an INVITE may carry beside application/sdp.</summary>
    public IList<string> AdditionalContentTypes { get; } = [];

    /// <summary>Whether provisional responses to INVITE are reliable (RFC 3262). Default: where both sides can and it matters.</summary>
    public SipReliableProvisionals ReliableProvisionals { get; set; }

    /// <summary>How long an incoming INVITE may ring before the stack answers 480 in the application's place. Default: 3 minutes.</summary>
    public TimeSpan RingingLimit { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How many incoming requests may wait for the application before new ones get 503. Default: 1,024.</summary>
    public int MaxWaitingRequests { get; set; } = 1_024;

    internal ConnectionSettings ToSettings(string account)
    {
        var from = SipNameAddress.Parse(From);
        var usual = new EndpointCapabilities();
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
            Capabilities = usual with
            {
                Methods = [.. usual.Methods, .. AdditionalMethods.Select(static name => new SipMethod(name)).Except(usual.Methods)],
                Extensions = [.. SessionExtensions().Union(Extensions, StringComparer.OrdinalIgnoreCase)],
                DemandedExtensions = ReliableProvisionals == SipReliableProvisionals.Required ? [OptionTags.Reliable] : [],
                ContentTypes = [.. usual.ContentTypes, .. AdditionalContentTypes.Select(SipMediaType.Parse)],
            },
        };
    }

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
