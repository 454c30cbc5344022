using ModernSip.Messages;

namespace ModernSip.Stack;

/// <summary>What a client declares that it can be asked: requests outside of it are answered by the stack.</summary>
internal sealed record EndpointCapabilities
{
    public IReadOnlyList<SipMethod> Methods { get; init; } =
    [
        SipMethod.Invite, SipMethod.Ack, SipMethod.Cancel, SipMethod.Bye, SipMethod.Options,
        SipMethod.Message, SipMethod.Info, SipMethod.Notify, SipMethod.Refer, SipMethod.Subscribe,
    ];

    /// <summary>Option tags that a Require may name.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Media types that the body of an INVITE may have.</summary>
    public IReadOnlyList<SipMediaType> ContentTypes { get; init; } = [SipMediaType.Sdp];
}
