using ModernSip.Messages;
using ModernSip.Messages.Headers;

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

    /// <summary>Media types that the body of an INVITE may have.</summary>
    public IReadOnlyList<SipMediaType> ContentTypes { get; init; } = [SipMediaType.Sdp];

    private static HeaderField AllowOf(IReadOnlyList<SipMethod> methods) => HeaderField.OfText("Allow", string.Join(", ", methods));
}
