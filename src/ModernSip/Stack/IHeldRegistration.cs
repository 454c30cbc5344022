using ModernSip.Messages;
using ModernSip.Refreshing;

namespace ModernSip.Stack;

/// <summary>A registration of a connection, for those who look.</summary>
internal interface IHeldRegistration
{
    SipUri AddressOfRecord { get; }

    bool IsActive { get; }

    SipRefresh Refresh { get; }
}
