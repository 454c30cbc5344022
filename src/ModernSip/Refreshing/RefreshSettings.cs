using ModernSip.Messages;
using Polly;

namespace ModernSip.Refreshing;

/// <summary>How something is repeated.</summary>
/// <param name="Timing">When.</param>
/// <param name="Retry">Repeats what failed in passing.</param>
/// <param name="IsAutomatic">Whether it is repeated at all, but for the asking.</param>
internal sealed record RefreshSettings(RefreshTiming Timing, ResiliencePipeline<SipResponse> Retry, bool IsAutomatic = true)
{
    /// <summary>When the first repetition after a new beginning comes; null for as always. A crowd that began together draws apart by it.</summary>
    public RefreshTiming? FirstTiming { get; init; }
}
