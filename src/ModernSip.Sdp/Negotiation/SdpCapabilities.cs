using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Negotiation;

/// <summary>What this side can do, for an answer to be made from.</summary>
public sealed record SdpCapabilities
{
    /// <summary>Makes capabilities.</summary>
    /// <param name="origin">The origin of the first description; later answers count its version on.</param>
    /// <param name="connection">Where media is to be sent.</param>
    /// <param name="media">The streams this side can have at once, each with its own port.</param>
    public SdpCapabilities(SdpOrigin origin, SdpConnection connection, SdpList<SdpMediaCapability> media)
    {
        Origin = origin;
        Connection = connection;
        Media = media;
    }

    /// <summary>The origin of the first description.</summary>
    public SdpOrigin Origin { get; init => field = Grammar.NotNull(value); }

    /// <summary>Where media is to be sent.</summary>
    public SdpConnection Connection { get; init => field = Grammar.NotNull(value); }

    /// <summary>The streams this side can have at once. Each serves one offered stream; the others are rejected.</summary>
    public SdpList<SdpMediaCapability> Media { get; init => field = Grammar.NotNull(value); }

    /// <summary>Whose order of codecs the answer keeps. Default: the offerer's (RFC 3264 §6.1).</summary>
    public SdpPreference Preference { get; init; }

    /// <summary>Whether the answer takes one codec only, besides auxiliary ones such as telephone events. Default false.</summary>
    public bool SingleCodec { get; init; }
}
