using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Stack.Routing;

namespace ModernSip;

/// <summary>
/// What a client declares that it can be asked. The stack routes requests outside of dialogs by it, answers by itself what no client can do, and names all
/// of it in its answers to OPTIONS. What is left empty is not restricted.
/// </summary>
public sealed class SipCapabilities
{
    /// <summary>Addresses of record that the client answers for without registering them, for example "sip:alice@example.com". Requests to other users get 404 then, unless <see cref="SipClientOptions.PeerToPeer"/> says otherwise.</summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>Methods that the application handles beside the usual ones, for example "REGISTER" in a registrar. Others get 405 or 501.</summary>
    public IList<string> Methods { get; } = [];

    /// <summary>Option tags that the application understands in Require, for example "path". Others get 420.</summary>
    public IList<string> Extensions { get; } = [];

    /// <summary>Media types of bodies: an INVITE may carry them beside application/sdp, other requests outside of dialogs only these where there are any. Others get 415.</summary>
    public IList<string> ContentTypes { get; } = [];

    /// <summary>Event packages that peers can subscribe to or publish, for example "presence". Others get 489.</summary>
    public IList<string> EventPackages { get; } = [];

    /// <summary>Info packages that the application takes in calls (RFC 6086), for example "infoDtmf": callers and callees are told by Recv-Info, and INFO with another package gets 469.</summary>
    public IList<string> InfoPackages { get; } = [];

    /// <summary>Media that an offer must hold one of: "audio", or an encoding of it as in "audio/PCMA". Other offers get 488.</summary>
    public IList<string> Media { get; } = [];

    /// <summary>Feature tags that a caller's preferences are held against (RFC 3840, RFC 3841): "mobility=fixed", "+g.example.feature". Those that follow from the lists above need not be named.</summary>
    public IList<string> FeatureTags { get; } = [];

    internal EndpointCapabilities Read()
    {
        var usual = new EndpointCapabilities();
        IReadOnlyList<SipMediaType> types = [.. ContentTypes.Select(SipMediaType.Parse)];
        IReadOnlyList<SipMethod> methods = [.. usual.Methods, .. Methods.Select(static name => new SipMethod(name)).Except(usual.Methods)];
        return usual with
        {
            Methods = methods,
            Extensions = [.. Extensions],
            ContentTypes = [.. usual.ContentTypes, .. types],
            DeclaredContentTypes = types,
            Users = Addresses.Select(static address => SipUri.Parse(address).User).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase),
            EventPackages = [.. EventPackages],
            InfoPackages = [.. InfoPackages],
            Media = [.. Media],
            Features = FeatureTags.Count + EventPackages.Count + Media.Count == 0 ? FeatureSet.Empty : FeatureSet.Of([.. FeatureTags, .. Implied(methods)]),
        };
    }

    private IEnumerable<string> Implied(IReadOnlyList<SipMethod> methods)
    {
        foreach (var media in Media) yield return media.Split('/')[0];
        if (EventPackages.Count > 0) yield return $"events=\"{string.Join(',', EventPackages)}\"";
        yield return $"methods=\"{string.Join(',', methods)}\"";
    }
}
