using System.Net;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Transport;
using Polly;

namespace ModernSip.Stack;

/// <summary>What a connection was opened with; a copy that nobody changes.</summary>
internal sealed record ConnectionSettings
{
    /// <summary>Names the client in logs, and keeps its credentials apart from those of others.</summary>
    public required string Account { get; init; }

    public SipNameAddress From { get; init; } = SipNameAddress.Parse("\"Anonymous\" <sip:anonymous@anonymous.invalid>");

    /// <summary>The transport where neither the URI nor the resolution says one.</summary>
    public SipTransportProtocol DefaultTransport { get; init; } = SipTransportProtocol.Udp;

    /// <summary>The user part of Contact.</summary>
    public string? ContactUser { get; init; }

    public SipNameAddress? OutboundProxy { get; init; }

    public string? UserAgent { get; init; }

    public IReadOnlyList<SipCredentials> Credentials { get; init; } = [];

    /// <summary>Which challenges are answered.</summary>
    public SipAuthenticationOptions Authentication { get; init; } = new();

    public SessionSettings Session { get; init; } = new();

    public EndpointCapabilities Capabilities { get; init; } = new();

    /// <summary>Whether requests to users are taken whom the client neither registered nor declared; null to go by the circumstances.</summary>
    public bool? PeerToPeer { get; init; }

    /// <summary>How long an incoming INVITE may ring before the stack answers 480 for an application that does not.</summary>
    public TimeSpan RingingLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Where peers reach this side, where that is not the local address: one for each family; port 0 for the local one.</summary>
    public IReadOnlyList<IPEndPoint> AdvertisedAddresses { get; init; } = [];

    /// <summary>Whether what peers say about this side's address is believed, each towards itself.</summary>
    public bool LearnsPublicAddress { get; init; } = true;

    /// <summary>The largest request that goes out as a datagram.</summary>
    public int LargestDatagramRequest { get; init; } = 1_300;

    /// <summary>The application's own policy for targets that fail; null for the usual one.</summary>
    public ResiliencePipeline<SipResponse>? Failover { get; init; }

    /// <summary>Incoming requests that wait for the application; beyond, new ones get 503.</summary>
    public int MaxWaitingRequests { get; init; } = 1_024;
}
