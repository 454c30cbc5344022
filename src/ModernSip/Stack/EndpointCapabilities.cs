using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack.Routing;

namespace ModernSip.Stack;

/// <summary>What a client declares that it can be asked: requests outside of it are answered by the stack.</summary>
internal sealed record EndpointCapabilities
{
    private static readonly IReadOnlyList<SipMethod> Usual =
    [
        SipMethod.Invite, SipMethod.Ack, SipMethod.Cancel, SipMethod.Bye, SipMethod.Options, SipMethod.Prack, SipMethod.Update,
        SipMethod.Message, SipMethod.Info, SipMethod.Notify, SipMethod.Refer, SipMethod.Subscribe,
    ];

    private readonly IReadOnlyList<SipMethod> _methods = Usual;
    private readonly HeaderField _allow = AllowOf(Usual);
    private readonly IReadOnlyList<string> _extensions = [];
    private readonly HeaderField? _supported;

    public IReadOnlyList<SipMethod> Methods
    {
        get => _methods;
        init => (_methods, _allow) = (value, AllowOf(value));
    }

    /// <summary>The Allow header field, written once for all messages that carry it.</summary>
    public HeaderField Allow => _allow;

    /// <summary>Option tags that a Require may name.</summary>
    public IReadOnlyList<string> Extensions
    {
        get => _extensions;
        init => (_extensions, _supported) = (value, value.Count == 0 ? null : HeaderField.OfText("Supported", string.Join(", ", value)));
    }

    /// <summary>The Supported header field, written once likewise; null where there is nothing to name.</summary>
    public HeaderField? Supported => _supported;

    /// <summary>Option tags that callers must know.</summary>
    public IReadOnlyList<string> DemandedExtensions { get; init; } = [];

    /// <summary>The shortest session interval that is granted, in seconds (RFC 4028 §5).</summary>
    public uint MinSessionExpires { get; init; } = 90;

    /// <summary>Media types that the body of an INVITE may have.</summary>
    public IReadOnlyList<SipMediaType> ContentTypes { get; init; } = [SipMediaType.Sdp];

    /// <summary>Media types that were declared by name: the body of other requests has one of them, where there are any.</summary>
    public IReadOnlyList<SipMediaType> DeclaredContentTypes { get; init; } = [];

    /// <summary>The user parts that were declared; none where the client answers for whom it registers.</summary>
    public IReadOnlySet<string> Users { get; init; } = new HashSet<string>();

    /// <summary>Event packages that can be subscribed to and published; none where the application decides.</summary>
    public IReadOnlyList<string> EventPackages { get; init; } = [];

    /// <summary>Info packages that are taken in calls; none where the application decides.</summary>
    public IReadOnlyList<string> InfoPackages { get; init; } = [];

    /// <summary>Media that an offer may hold, as "audio" or "audio/PCMA"; none where the application decides.</summary>
    public IReadOnlyList<string> Media { get; init; } = [];

    /// <summary>The features that a caller's preferences are held against.</summary>
    public FeatureSet Features { get; init; } = FeatureSet.Empty;

    /// <summary>Whether anything was declared that requests are routed by: then they wait for a client that has no connection yet.</summary>
    public bool IsDeclared => Users.Count > 0 || EventPackages.Count > 0 || Media.Count > 0 || DeclaredContentTypes.Count > 0 || !Features.IsEmpty;

    /// <summary>What several clients can do together. Something that one of them leaves open is open.</summary>
    public static EndpointCapabilities Merge(IEnumerable<EndpointCapabilities> all)
    {
        IReadOnlyList<EndpointCapabilities> list = [.. all];
        if (list.Count == 1) return list[0];
        return new EndpointCapabilities
        {
            Methods = [.. list.SelectMany(static one => one.Methods).Distinct()],
            Extensions = [.. list.SelectMany(static one => one.Extensions).Distinct(StringComparer.OrdinalIgnoreCase)],
            ContentTypes = [.. list.SelectMany(static one => one.ContentTypes).Distinct()],
            DeclaredContentTypes = [.. list.SelectMany(static one => one.DeclaredContentTypes).Distinct()],
            EventPackages = [.. list.SelectMany(static one => one.EventPackages).Distinct(StringComparer.OrdinalIgnoreCase)],
            InfoPackages = [.. list.SelectMany(static one => one.InfoPackages).Distinct(StringComparer.Ordinal)],
            Media = [.. list.SelectMany(static one => one.Media).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
    }

    private static HeaderField AllowOf(IReadOnlyList<SipMethod> methods) => HeaderField.OfText("Allow", string.Join(", ", methods));
}
