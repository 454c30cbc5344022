using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Registrations;

/// <summary>What the answer to a REGISTER says of the flow that it came over (RFC 5626).</summary>
internal static class FlowTimes
{
    /// <summary>Whether the registrar keeps to the flow, so that it must be kept alive (§6, §4.4).</summary>
    public static bool AreKept(SipResponse response) => response.Headers.GetAll(SipHeaderNames.Require).Contains("outbound", StringComparer.OrdinalIgnoreCase);

    /// <summary>The longest silence on the flow that the server allows (§5.4, §10); null where it names none.</summary>
    public static TimeSpan? TimerOf(SipResponse response) => response.Headers.TryGet(SipHeaderNames.FlowTimer, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
}
