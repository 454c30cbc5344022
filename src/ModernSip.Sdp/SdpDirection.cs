using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Sdp;

/// <summary>Which way media flows, seen from the side that says it.</summary>
/// <remarks>RFC 8866 §6.7. The values are flags: bit 0 sends, bit 1 receives.</remarks>
[Flags]
[SuppressMessage("Design", "CA2217", Justification = "All four combinations are named.")]
public enum SdpDirection
{
    /// <summary>Neither way (<c>inactive</c>).</summary>
    Inactive = 0,

    /// <summary>Sends only (<c>sendonly</c>).</summary>
    SendOnly = 1,

    /// <summary>Receives only (<c>recvonly</c>).</summary>
    ReceiveOnly = 2,

    /// <summary>Both ways (<c>sendrecv</c>), the default.</summary>
    SendReceive = SendOnly | ReceiveOnly,
}
